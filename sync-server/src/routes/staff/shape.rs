//! What bodies look like, told by the very types that they are read into and written from.

use std::any::{TypeId, type_name};

use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// Named schemas that others point at.
pub type Parts = Vec<(String, RefOr<Schema>)>;

/// A type of a body.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Which type.
    pub id: TypeId,
    /// Its name in the code.
    pub name: fn() -> &'static str,
    /// What JSON of it looks like.
    pub schema: fn() -> RefOr<Schema>,
    /// Adds what that points at.
    pub parts: fn(&mut Parts),
}

impl Shape {
    /// The shape of a type.
    pub const fn of<T: ToSchema + 'static>() -> Self {
        Self { id: TypeId::of::<T>(), name: type_name::<T>, schema: T::schema, parts: T::schemas }
    }
}

/// What a route gives to a caller for whom it does what it is for.
#[derive(Clone, Copy)]
pub enum Gives {
    /// JSON of this type, under these statuses; where one of them is a refusal, it says what is wrong by the same type.
    Json(&'static [u16], Shape),
    /// Nothing but that it is done.
    Done,
    /// A file of this media type.
    File(&'static str),
}

impl Gives {
    /// The type, where it is JSON.
    pub const fn shape(&self) -> Option<Shape> {
        match self {
            Self::Json(_, shape) => Some(*shape),
            Self::Done | Self::File(_) => None,
        }
    }
}
