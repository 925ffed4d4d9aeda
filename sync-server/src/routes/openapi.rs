//! The description of the HTTP API: OpenAPI 3.1, made from the tables that the server answers by and from the types of their
//! bodies. Open to everyone, like the documentation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use detailbook_core::wire::ProblemBody;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required, Response, ResponseBuilder,
};

use super::staff::path::{self, Named};
use super::staff::shape::{Gives, Parts, Shape};
use super::staff::table::{self, ROUTES};
use super::{health, metrics};
use crate::device_api;

/// Where it is served.
pub const PATH: &str = "/v1/openapi.json";

const JSON: &str = "application/json";
const CBOR: &str = "application/cbor";
/// What staff show, and what phones show.
const TOKEN: &str = "token";
const SESSION: &str = "session";

/// The description as it is served and printed.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let written = document().to_pretty_json();
    written.unwrap_or_else(|error| {
        tracing::error!(%error, "the description of the API could not be written");
        String::new()
    })
});

/// The route.
pub fn router() -> Router {
    Router::new().route(PATH, get(async || ([(header::CONTENT_TYPE, JSON)], text())))
}

/// The description as JSON.
pub fn text() -> &'static str {
    &TEXT
}

/// The description.
pub fn document() -> OpenApi {
    let mut paths = Paths::new();
    for route in ROUTES {
        paths.add_path_operation(route.path, methods(route.method), staff(route));
    }
    for route in device_api::ROUTES {
        paths.add_path_operation(route.path, methods(route.method), device(route));
    }
    for (path, says, media_type) in OPEN {
        paths.add_path_operation(path, vec![HttpMethod::Get], open(says, media_type));
    }
    let mut components = Components::new();
    components.schemas = parts().into_iter().collect();
    components.security_schemes =
        securities().into_iter().map(|(name, scheme)| (name.to_owned(), scheme.into())).collect();
    let info = InfoBuilder::new().title("Detailbook").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT));
    OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components)).build()
}

const ABOUT: &str = "The HTTP API of a Detailbook server: what staff, scripts and other programs call with a token, and what phones \
    call. Times are milliseconds since 1970 UTC, ids are UUIDs, sums are cents.";

/// What answers without a token or a session.
const OPEN: &[(&str, &str, &str)] = &[
    (PATH, "This description.", JSON),
    (health::PATH, "Is the server well?", "text/plain; charset=utf-8"),
    (
        metrics::PATH,
        "What the server counts, for whoever runs it and knows its metrics secret.",
        "text/plain; version=0.0.4",
    ),
];

/// Every named schema that a route's types point at, with all that go by that name: more than one is a mistake that the tests
/// look for.
pub fn named() -> BTreeMap<String, Vec<RefOr<Schema>>> {
    let mut all = Parts::new();
    for shape in shapes() {
        (shape.parts)(&mut all);
    }
    all.push(("ProblemBody".to_owned(), <ProblemBody as utoipa::PartialSchema>::schema()));
    let mut named = BTreeMap::<String, Vec<RefOr<Schema>>>::new();
    for (name, schema) in all {
        let known = named.entry(name).or_default();
        if !known.contains(&schema) {
            known.push(schema);
        }
    }
    named
}

fn parts() -> Parts {
    named().into_iter().filter_map(|(name, mut schemas)| Some((name, schemas.pop()?))).collect()
}

/// Every type that stands in the table of staff routes.
fn shapes() -> Vec<Shape> {
    let of = |route: &table::Route| {
        let asked = route.query.iter().map(|query| query.shape);
        asked.chain(route.takes).chain(route.gives.shape()).collect::<Vec<_>>()
    };
    ROUTES.iter().flat_map(of).collect()
}

fn securities() -> [(&'static str, SecurityScheme); 2] {
    let session = "`Detailbook` and a signature under the session key, with its counter: docs/sync.md.";
    [
        (TOKEN, SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        (SESSION, SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description("Authorization", session)))),
    ]
}

fn methods(name: &str) -> Vec<HttpMethod> {
    vec![match name {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        _ => HttpMethod::Get,
    }]
}

/// A route of staff. Its scope stands with its security, as of OpenAPI 3.1 the roles of any scheme may.
fn staff(route: &table::Route) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(operation_id(route.method, route.path)))
        .summary(Some(route.says))
        .description(Some(format!("Needs the scope `{}`.", route.scope)))
        .tag("staff")
        .security(SecurityRequirement::new(TOKEN, [route.scope.name()]))
        .parameters(Some(in_path(route.path)))
        .request_body(route.takes.map(|shape| json_body(&shape)));
    for query in route.query {
        let required = if query.needed { Required::True } else { Required::False };
        let parameter = parameter(query.name, ParameterIn::Query, required, (query.shape.schema)());
        operation = operation.parameter(ParameterBuilder::from(parameter).description(Some(query.says)));
    }
    for (status, response) in responses(route.gives) {
        operation = operation.response(status, response);
    }
    operation.response("default", refusal()).build()
}

/// The name of an operation, such as `post_details_id_cancel`.
pub fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(['/', '.']).filter(|word| !matches!(*word, "" | "v1" | "staff"));
    let words = words.map(|word| word.trim_matches(['{', '}']).to_owned());
    [method.to_lowercase()].into_iter().chain(words).collect::<Vec<_>>().join("_")
}

fn in_path(path: &str) -> Vec<Parameter> {
    let all = path::parameters(path);
    all.map(|(name, named)| parameter(name, ParameterIn::Path, Required::True, name_of(named))).collect()
}

fn name_of(named: Named) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String);
    match named {
        Named::Id => text.format(Some(SchemaFormat::Custom("uuid".to_owned()))),
        Named::Hash => text.pattern(Some("^[0-9a-f]{64}$")),
        Named::Number => ObjectBuilder::new().schema_type(Type::Integer),
    }
    .into()
}

fn parameter(name: &str, place: ParameterIn, required: Required, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(schema)).build()
}

fn json_body(shape: &Shape) -> RequestBody {
    let content = Content::new(Some((shape.schema)()));
    RequestBodyBuilder::new().content(JSON, content).required(Some(Required::True)).build()
}

fn responses(gives: Gives) -> Vec<(String, Response)> {
    match gives {
        Gives::Done => vec![("204".to_owned(), said("Done; there is nothing to say.").build())],
        Gives::File(media_type) => {
            vec![("200".to_owned(), said("The file.").content(media_type, Content::new(Some(bytes()))).build())]
        }
        Gives::Json(statuses, shape) => {
            statuses.iter().map(|status| (status.to_string(), json(*status, shape))).collect()
        }
    }
}

/// What a status says. A body that says what is wrong may also be an ordinary refusal.
fn json(status: u16, shape: Shape) -> Response {
    let schema = (shape.schema)();
    match status {
        201 => said("It is made.").content(JSON, Content::new(Some(schema))).build(),
        400.. => {
            let either = utoipa::openapi::schema::AnyOfBuilder::new().item(schema).item(problem());
            said("Nothing is written; this is what is wrong.").content(JSON, Content::new(Some(either))).build()
        }
        _ => said("What was asked for.").content(JSON, Content::new(Some(schema))).build(),
    }
}

fn said(what: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(what)
}

fn refusal() -> Response {
    said("Why it was refused.").content(JSON, Content::new(Some(problem()))).build()
}

fn problem() -> Ref {
    Ref::from_schema_name("ProblemBody")
}

fn bytes() -> Object {
    let binary = SchemaFormat::Custom("binary".to_owned());
    ObjectBuilder::new().schema_type(Type::String).format(Some(binary)).build()
}

/// A route of phones. Its bodies are CBOR with numbered fields, which no JSON schema describes: `docs/sync.md` does.
fn device(route: &device_api::Route) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(format!("device_{}", operation_id(route.method, route.path))))
        .summary(Some(route.says))
        .description(Some("Bodies are the CBOR of docs/sync.md."))
        .tag("phones")
        .parameters(Some(in_path(route.path)));
    if !route.open {
        operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>(SESSION, []));
    }
    if let Some((name, says)) = route.query {
        let number = ObjectBuilder::new().schema_type(Type::Integer).into();
        let parameter = parameter(name, ParameterIn::Query, Required::True, number);
        operation = operation.parameter(ParameterBuilder::from(parameter).description(Some(says)));
    }
    if let Some(media_type) = route.takes {
        let content = Content::new(Some(bytes()));
        let body = RequestBodyBuilder::new().content(media_type, content).required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    let answer = said("The answer.").content(CBOR, Content::new(Some(bytes())));
    operation.response("200", answer.build()).response("default", refusal()).build()
}

fn open(says: &str, media_type: &str) -> Operation {
    let answer = said(says).content(media_type, Content::new(Some(ObjectBuilder::new().build())));
    let operation = OperationBuilder::new().summary(Some(says)).tag("server").response("200", answer.build());
    operation.response("default", refusal()).build()
}
