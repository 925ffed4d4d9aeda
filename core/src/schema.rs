//! Schemas of what writes itself as one text or as another type, for the description of the staff API. Only with feature
//! `schema`, which phones leave off.

/// A type that is written as one text of a form: `format` as OpenAPI names it, or a `pattern`.
macro_rules! text {
    ($name:ident, $format:literal) => {
        $crate::schema::text!($name, |text| text
            .format(Some(utoipa::openapi::SchemaFormat::Custom($format.to_owned()))));
    };
    ($name:ident, pattern $pattern:literal) => {
        $crate::schema::text!($name, |text| text.pattern(Some($pattern)));
    };
    ($name:ident, |$text:ident| $form:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let $text =
                    utoipa::openapi::schema::Object::builder().schema_type(utoipa::openapi::schema::Type::String);
                $form.into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}

/// A type that is written as another one.
macro_rules! same {
    ($name:ident, $other:ty) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <$other as utoipa::PartialSchema>::schema()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas(parts: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
                <$other as utoipa::ToSchema>::schemas(parts);
            }
        }
    };
}

pub(crate) use {same, text};
