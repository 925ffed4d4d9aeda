// The module as the app takes it in. No Gradle ran it yet; pom.xml builds and tests the same sources, scripts/check-android-app compiles them.
plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.kotlin.android)
}

val repository = rootDir.parentFile
val libraries = layout.buildDirectory.dir("jniLibs")
val bindings = layout.buildDirectory.dir("bindings")

android {
    namespace = "detailbook.officer"
    compileSdk = 36
    defaultConfig {
        minSdk = 28
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    // Neither the generated Kotlin nor the libraries are kept in the repository: the two tasks below make them.
    sourceSets["main"].kotlin.srcDirs("src/main/kotlin", bindings.map { it.dir("kotlin") })
    sourceSets["main"].jniLibs.srcDirs(libraries)
}

kotlin { jvmToolchain(17) }

/** The library for the four ABIs, in the profile that phones get, encrypted. Needs cargo-ndk and the NDK. */
val buildLibraries by tasks.registering(Exec::class) {
    workingDir = repository
    inputs.files(fileTree(repository) { include("Cargo.toml", "Cargo.lock", "core/**/*.rs", "core/**/*.sql", "bindings/src/**") })
    outputs.dir(libraries)
    // Relocations packed, in the form that Android 9 reads: the time zones' tables alone need tens of thousands.
    listOf("AARCH64_LINUX_ANDROID", "ARMV7_LINUX_ANDROIDEABI", "X86_64_LINUX_ANDROID", "I686_LINUX_ANDROID").forEach {
        environment("CARGO_TARGET_${it}_RUSTFLAGS", "-Clink-arg=-Wl,--pack-dyn-relocs=android+relr,--use-android-relr-tags")
    }
    val abis = listOf("arm64-v8a", "armeabi-v7a", "x86_64", "x86").flatMap { listOf("--target", it) }
    commandLine(
        listOf("cargo", "ndk", "--platform", "28", "--output-dir", libraries.get().asFile.path) + abis +
            listOf("build", "--locked", "--profile", "phone", "-p", "detailbook-bindings", "--lib", "--features", "encrypted"),
    )
}

/** The Kotlin that calls the library, made from a library of this machine. */
val generateBindings by tasks.registering(Exec::class) {
    workingDir = repository
    inputs.files(fileTree(repository) { include("bindings/src/**", "bindings/uniffi.toml", "scripts/generate-bindings") })
    outputs.dir(bindings)
    commandLine("scripts/generate-bindings", bindings.get().asFile.path)
}

tasks.named("preBuild") { dependsOn(buildLibraries, generateBindings) }

dependencies {
    api(libs.coroutines)
    implementation(libs.jna) { artifact { type = "aar" } }
}
