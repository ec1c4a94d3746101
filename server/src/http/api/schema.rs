//! What a parameter may hold, in the words of JSON Schema: all that requests are read by, and no more.

use super::params::{Kind, MAX_CURSOR, MAX_NAME, MAX_TEXT, Param, Place};
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, RefBuilder, Schema, SchemaFormat, SchemaType, Type,
};

/// The database holds no NUL characters.
const WITHOUT_NUL: &str = r"^[^\u0000]*$";

/// Neither do names hold any other control character.
const WITHOUT_CONTROLS: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// The same with something in it that is no blank.
const NAME: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$";

/// What a query takes for yes and no, beside `true` and `false`.
const YES_OR_NO: &str =
    "^([TtFfYyNn]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])$";

/// A date-time without a zone.
const WALL_CLOCK: &str = "^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-\
    ((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|\
    ([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29)\
    [Tt _]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?$";

/// Schemas that many parameters share, by name.
pub(super) fn shared() -> [(&'static str, RefOr<Schema>); 2] {
    let text = |format| of(Type::String).format(Some(SchemaFormat::KnownFormat(format)));
    let flag = AnyOfBuilder::new()
        .item(of(Type::Boolean))
        .item(of(Type::Integer).enum_values(Some([0, 1])))
        .item(of(Type::String).pattern(Some(YES_OR_NO)))
        .description(Some("Yes or no."));
    let moment = AnyOfBuilder::new()
        .item(text(KnownFormat::Date))
        .item(text(KnownFormat::DateTime))
        .item(of(Type::String).pattern(Some(WALL_CLOCK)))
        .item(
            // Seconds; beyond 2e10 milliseconds. Years 1 to 9999.
            of(Type::Number)
                .minimum(Some(-62_135_596_800_000_f64))
                .maximum(Some(253_402_300_799_999_f64))
                .multiple_of(Some(0.001)),
        )
        .description(Some("A date, a date-time with or without a zone, or a Unix number."));
    [("Flag", flag.into()), ("PointInTime", moment.into())]
}

/// What the parameter holds.
pub(super) fn parameter(param: &Param) -> RefOr<Schema> {
    let optional = param.place == Place::Body && !param.is_required();
    match param.kind {
        Kind::Bool(value) if param.place == Place::Body => {
            plain(Type::Boolean, optional).default(Some(value.into())).into()
        }
        Kind::Bool(value) => named("Flag").default(Some(value.into())).into(),
        Kind::Moment => named("PointInTime").into(),
        Kind::Int(value, least, most) => plain(Type::Integer, optional)
            .minimum(Some(whole(least)))
            .maximum(Some(whole(most)))
            .default(value.map(Value::from))
            .into(),
        Kind::Float(value, least, most) => plain(Type::Number, optional)
            .minimum(Some(least))
            .maximum(Some(most))
            .default(value.map(Value::from))
            .into(),
        Kind::Cursor => text(optional).max_length(Some(MAX_CURSOR)).into(),
        Kind::Text(least) => text(optional).min_length(Some(least)).max_length(Some(MAX_TEXT)).into(),
        Kind::Choice(value, words) => {
            let nothing = optional.then_some(Value::Null);
            let words = words.iter().map(|word| json!(word)).chain(nothing);
            plain(Type::String, optional).enum_values(Some(words)).default(value.map(Value::from)).into()
        }
        Kind::Name(least) => name(least, optional).into(),
        Kind::List(item, least, most) => list(item, (least, most), optional),
    }
}

fn list(item: &'static str, (least, most): (usize, usize), optional: bool) -> RefOr<Schema> {
    let items: RefOr<Schema> = match item {
        "string" => name(1, false).into(),
        known => named(known).into(),
    };
    ArrayBuilder::new()
        .schema_type(kinds(Type::Array, optional))
        .items(items)
        .min_items(Some(least))
        .max_items(Some(most))
        .into()
}

/// The same as a field of a body, with what it does.
pub(super) fn field(param: &Param) -> RefOr<Schema> {
    let mut schema = parameter(param);
    let about = param.about.to_owned();
    match &mut schema {
        RefOr::Ref(known) => known.description = about,
        RefOr::T(Schema::Object(object)) => object.description = Some(about),
        RefOr::T(Schema::Array(array)) => array.description = Some(about),
        RefOr::T(_) => {}
    }
    schema
}

fn of(kind: Type) -> ObjectBuilder {
    plain(kind, false)
}

fn plain(kind: Type, or_null: bool) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kinds(kind, or_null))
}

fn kinds(kind: Type, or_null: bool) -> SchemaType {
    if or_null { SchemaType::from_iter([kind, Type::Null]) } else { SchemaType::new(kind) }
}

fn text(or_null: bool) -> ObjectBuilder {
    plain(Type::String, or_null).pattern(Some(WITHOUT_NUL))
}

fn name(least: usize, or_null: bool) -> ObjectBuilder {
    let pattern = if least > 0 { NAME } else { WITHOUT_CONTROLS };
    plain(Type::String, or_null).min_length(Some(least)).max_length(Some(MAX_NAME)).pattern(Some(pattern))
}

fn named(name: &str) -> RefBuilder {
    RefBuilder::new().ref_location_from_schema_name(name)
}

#[expect(clippy::cast_possible_truncation, reason = "bounds are below 2^53")]
fn whole(bound: i64) -> isize {
    bound as isize
}
