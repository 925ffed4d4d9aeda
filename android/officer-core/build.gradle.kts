// The module as the app takes it in. Not run where Google's Maven cannot be reached; pom.xml builds and tests the same sources there.
// Kotlin, coroutines and JNA are held at the versions of pom.xml.
plugins {
    id("com.android.library") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.4.20"
}

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
    // scripts/generate-bindings writes the Kotlin, cargo-ndk the libraries: neither is kept in the repository.
    sourceSets["main"].kotlin.srcDirs("src/main/kotlin", "../../target/kotlin/generated/kotlin")
    sourceSets["main"].jniLibs.srcDirs("../../target/android/jniLibs")
}

kotlin { jvmToolchain(17) }

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.11.0")
    implementation("net.java.dev.jna:jna:5.19.1@aar")
}
