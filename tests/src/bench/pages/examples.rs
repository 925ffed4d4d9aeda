//! What the pages are asked about: of each kind something of which there is much to see, and somebody of each role who asks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Cursor;
use std::time::Duration;

use detailbook_core::award::{Fill, Method};
use detailbook_core::ids::{AssignmentId, CommandId, DetailId, DeviceId, OfficerId, PositionId, RecordId, UserId};
use detailbook_core::records::{Detail, Interval, RecordKind};
use detailbook_core::shift::{Attachment, Sha256};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Decision;
use detailbook_server::access::one_time_link;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::roles::Roles;
use detailbook_server::access::staff_session::{self, StaffSession, Stage};
use detailbook_server::access::totp::Totp;
use detailbook_server::access::users::{self, Hand, UserDraft};
use detailbook_server::blobs::{self, Uploader};
use detailbook_server::console::assets;
use detailbook_server::importing::MOST_RECORDS;
use detailbook_server::personnel::approvals::{self, ApprovalDraft};
use detailbook_server::problem::Problem;
use detailbook_server::scheduling::posting::{self, PostingDraft};
use detailbook_server::scheduling::{At, ToApply, apply};
use detailbook_server::store::import_files::{self, ImportFile};
use detailbook_server::store::{Sql, StoreError, params, records};

use super::super::Outcome;
use super::super::draws::Draws;
use super::super::machine::timed;
use super::seldom;
use super::year::{Post, Year};

/// Somebody of each role who signs in, and so many more.
const STAFF: u32 = 60;
/// Of the officers, who apply for the detail that is looked at: one in so many.
const APPLY: usize = 5;
/// Who apply for each of the others.
const APPLY_ELSEWHERE: usize = 20;
/// Details on offer beside it.
const ON_OFFER: i64 = 30;
const DAY: Millis = Millis::from_hours(24);
/// How large the photo is, as phones take them.
const PHOTO: (u32, u32) = (4_000, 3_000);

/// An agency to be asked about, and what its people's browsers hold.
pub(super) struct Examples {
    named: BTreeMap<&'static str, String>,
    now: UnixMillis,
    /// How long it took to put a detail on offer to every officer, the middle of all of them: for so long no phone is answered that pushes.
    pub(super) offered_in: Duration,
    pub(super) sessions: BTreeMap<StaffRole, String>,
    /// Somebody's browser at each step of signing in, by the step's name.
    pub(super) steps: BTreeMap<&'static str, String>,
}

impl Examples {
    /// Makes what the year has none of yet, and picks.
    pub(super) fn of(year: &mut Year) -> Outcome<Self> {
        let ((offered, offered_in), today) = (offers(year)?, empty_place(year)?);
        let mut named = BTreeMap::from([
            ("static", assets::style().rsplit('/').next().unwrap_or_default().to_owned()),
            ("roles", "dispatcher".to_owned()),
            ("import", "officers".to_owned()),
            ("versions", "Bench%20rules".to_owned()),
            ("tariffs", "Bench%20details".to_owned()),
            ("{set}", "1".to_owned()),
            ("on offer", offered.to_string()),
            // An invoice and a run of the middle of the year.
            ("invoices", middle(year, "SELECT MAX(number) FROM invoices WHERE agency = $1")?),
            ("runs", middle(year, "SELECT MAX(number) FROM invoice_runs WHERE agency = $1")?),
            ("today", today.0.to_string()),
            ("{detail}", today.1.to_string()),
        ]);
        of_records(year, &mut named)?;
        let (photographed, photo) = photo(year)?;
        named.extend([("photographed", photographed.to_string()), ("photos", photo.to_string())]);
        named.insert("files", file(year)?);
        named.insert("approvals", approval(year)?);
        named.extend(seldom::of(year)?);
        let (sessions, steps) = people(year, &mut named)?;
        Ok(Self { named, now: year.now, offered_in, sessions, steps })
    }

    /// A query with the days that it names.
    pub(super) fn dated(&self, query: &str) -> String {
        let date = |days: i64| (self.now - Millis(DAY.0 * days)).to_utc().format("%Y-%m-%d").to_string();
        query.replace("YEAR_AGO", &date(364)).replace("MONTH_AGO", &date(30)).replace("TODAY", &date(0))
    }

    /// What was picked, by what it is called here.
    pub(super) fn named(&self, what: &str) -> Option<String> {
        self.named.get(what).cloned()
    }

    /// What stands in the place of a brace: what its part of the path is about, by what stands before it.
    pub(super) fn example(&self, about: &str, path: &str) -> Option<String> {
        let of_an_offer = ["/choices", "/posting", "/applications.csv"].iter().any(|page| path.ends_with(page));
        let on_offer = about == "details" && of_an_offer;
        let about = match about {
            "details" if on_offer => "on offer",
            "timesheets" if path.contains("{hash}") => "photographed",
            "thumbnails" => "photos",
            "versions" if path.contains("/tariffs/") => "tariffs",
            "versions" if path.contains("/contract/") => "contract",
            "versions" if path.contains("/staffing/") => "staffing",
            about => about,
        };
        self.named(about)
    }
}

/// Half of the last number that was given.
fn middle(year: &Year, last: &'static str) -> Outcome<String> {
    let agency = year.office.agency;
    let row = year.office.app.store.read::<_, StoreError>(|sql| sql.query_one(last, &params![agency]))?;
    let last = row.map_or(Ok(None), |row| row.opt_int(0))?;
    last.map(|last| ((last + 1) / 2).to_string()).ok_or_else(|| "a year without invoices".into())
}

/// A detail that begins in an hour and that nobody is on, with a place of it.
fn empty_place(year: &mut Year) -> Outcome<(DetailId, PositionId)> {
    let start = year.now + Millis::from_hours(1);
    let hours = Interval { start, end: start + Millis::from_hours(4) };
    let (site, zone, title) = (year.sites[0], year.zone, "Nobody yet".to_owned());
    let found = year.office.write(move |sql, by, draws| {
        let post = Post { site, title, hours, zone, places: 2, by_request: false };
        let detail = post.make(sql, by, draws)?;
        let stored = records::get::<Detail>(sql, by.agency, RecordKind::Detail, detail)?;
        Ok(stored.and_then(|stored| Some((detail, stored.record.positions.last()?.id))))
    })?;
    found.ok_or_else(|| "a detail without a place".into())
}

/// Records that there are many of: a regular officer, a detail of tomorrow, a timesheet of yesterday.
fn of_records(year: &Year, named: &mut BTreeMap<&'static str, String>) -> Outcome<()> {
    let (agency, store) = (year.office.agency, &year.office.app.store);
    let tomorrow = year.of_day(1).first().ok_or("nothing is posted for tomorrow")?;
    let yesterday = year.shifts().rev().find(|held| held.shift.hours.end < year.now && held.is_plain());
    let yesterday = yesterday.ok_or("nothing was worked")?;
    let device: Option<DeviceId> = store.read::<_, StoreError>(|sql| {
        let text = "SELECT device FROM devices WHERE agency = $1 ORDER BY device LIMIT 1";
        sql.query_one(text, &params![agency])?.map(|row| row.id(0)).transpose()
    })?;
    let first = |what: Option<String>| what.ok_or("a year without records");
    named.extend([
        ("details", tomorrow.detail.to_string()),
        ("release", tomorrow.shift.assignment.to_string()),
        ("timesheets", yesterday.shift.assignment.to_string()),
        ("officers", year.officers[0].to_string()),
        ("customers", first(year.customers.get(1).map(ToString::to_string))?),
        ("sites", first(year.sites.first().map(ToString::to_string))?),
        ("requests", first(year.request.map(|id| id.to_string()))?),
        ("phones", first(device.map(|id| id.to_string()))?),
    ]);
    Ok(())
}

/// Details on offer in the next weeks, with those who want them. Gives the one that most want, and how long offering one took.
fn offers(year: &mut Year) -> Outcome<(DetailId, Duration)> {
    let all = year.officers.clone();
    let (wanted, took) = offer(year, 0, &all.iter().step_by(APPLY).copied().collect::<Vec<_>>())?;
    let mut times = vec![took];
    for nth in 1..=ON_OFFER {
        let from = nth as usize * 7 % all.len();
        let some: Vec<_> = all.iter().cycle().skip(from).take(APPLY_ELSEWHERE.min(all.len())).copied().collect();
        times.push(offer(year, nth, &some)?.1);
    }
    year.fall_due()?;
    times.sort();
    Ok((wanted, times[times.len() / 2]))
}

fn offer(year: &mut Year, nth: i64, officers: &[OfficerId]) -> Outcome<(DetailId, Duration)> {
    let start = year.now + Millis(DAY.0 * (8 + nth));
    let hours = Interval { start, end: start + Millis::from_hours(4) };
    let site = year.sites[nth as usize % year.sites.len()];
    let (zone, title) = (year.zone, format!("On offer {nth}"));
    let posted = Post { site, title, hours, zone, places: 4, by_request: false };
    let (took, detail) = timed(|| {
        year.office.write(move |sql, by, draws| {
            let detail = posted.make(sql, by, draws)?;
            posting::post(sql, by, detail, &window(start), draws)?;
            Ok(detail)
        })
    });
    let detail = detail?;
    let (officers, agency) = (officers.to_vec(), year.office.agency);
    year.office.write(move |sql, by, draws| {
        officers.iter().try_for_each(|officer| {
            let at = At { agency, officer: *officer, actor: "bench", now: by.now, read: i64::MAX };
            want(sql, &at, detail, draws)
        })
    })?;
    Ok((detail, took))
}

fn want(sql: &mut dyn Sql, at: &At<'_>, detail: DetailId, draws: &mut Draws) -> Result<(), Problem> {
    let command = CommandId::new(at.now, draws);
    let last_without = at.now - Millis::from_mins(1);
    let wish = ToApply { command, made_at: at.now, read: None, last_without, detail, position: None };
    let decided = apply(sql, at, &wish)?;
    if decided.decision == Decision::Accepted { Ok(()) } else { Err(Problem::conflict(decided.reason)) }
}

/// A window in which a person chooses, open until the day before.
fn window(start: UnixMillis) -> PostingDraft {
    PostingDraft {
        method: Method { fill: Fill::ByChoice, ..Method::least_hours() },
        opens: None,
        closes: start - Millis::from_hours(25),
        tiers: vec![],
        timing: None,
        limits: None,
        supervisors: vec![],
        unlock_jitter: None,
        acknowledge_within: None,
        ladder: None,
        rotation: None,
        overriding: None,
    }
}

/// A photo on the first timesheet.
fn photo(year: &mut Year) -> Outcome<(AssignmentId, Sha256)> {
    let held = *year.shifts().find(|held| held.is_plain()).ok_or("nothing was worked")?;
    let mut file = Cursor::new(Vec::new());
    let colours = |x: u32, y: u32| image::Rgb([(x / 16) as u8, (y / 12) as u8, (x ^ y) as u8]);
    image::RgbImage::from_fn(PHOTO.0, PHOTO.1, colours).write_to(&mut file, image::ImageFormat::Jpeg)?;
    let photo = file.into_inner();
    let hash = Sha256::of(&photo);
    let attachment = Attachment { hash, size: photo.len() as u64, media_type: "image/jpeg".into() };
    let (app, agency) = (year.office.app.clone(), year.office.agency);
    let phone = year.phone(held.officer)?;
    let ready = phone.photograph(held.shift, attachment);
    phone.exchange(&app, &[ready])?;
    let (mut sent, uploader) = (0, Uploader { agency, officer: held.officer });
    for chunk in photo.chunks(app.limits.chunk_bytes) {
        blobs::put(&app, uploader, hash, sent, chunk)?;
        sent += chunk.len() as u64;
    }
    Ok((held.shift.assignment, hash))
}

/// A file of all officers that waits to be looked at.
fn file(year: &mut Year) -> Outcome<String> {
    let line = |number| format!("{number:05},Officer {number},PO\n");
    // As many as one file may hold.
    let lines: String = (1..=year.size.officers.min(MOST_RECORDS as u32)).map(line).collect();
    let (agency, body) = (year.office.agency, format!("employee_number,name,rank\n{lines}").into_bytes());
    let id = year.office.write(move |sql, by, draws| {
        let id = RecordId::new(by.now, draws);
        let (what, name, sent_by) = ("officers".to_owned(), "officers.csv".to_owned(), by.actor.to_owned());
        let file = ImportFile { id, what, name, sent_by, sent_at: by.now, covers: None, body };
        import_files::insert(sql, agency, &file)?;
        Ok(id)
    })?;
    Ok(id.to_string())
}

/// Something that the officer asks leave for.
fn approval(year: &mut Year) -> Outcome<String> {
    let officer = year.officers[0];
    let id = year.office.write(move |sql, by, draws| {
        let draft = ApprovalDraft {
            officer,
            kind: "outside_work".to_owned(),
            employer: None,
            detail: None,
            covers: vec![],
            statements: vec![],
            reference: None,
            documents: vec![],
            chain: Some(vec!["supervisor".to_owned()]),
            from: None,
            until: None,
            by_word: None,
        };
        approvals::ask(sql, by, &Roles::every(), None, &draft, draws)
    })?;
    Ok(id.to_string())
}

type Browsers = (BTreeMap<StaffRole, String>, BTreeMap<&'static str, String>);

/// People of every role, with a browser of one of each role, and of one at each step of signing in.
fn people(year: &mut Year, named: &mut BTreeMap<&'static str, String>) -> Outcome<Browsers> {
    let (mut sessions, mut steps, mut last) = (BTreeMap::new(), BTreeMap::new(), None);
    for (number, role) in (0..STAFF).zip(StaffRole::ALL.into_iter().cycle()) {
        let user = person(year, number, role)?;
        if let Entry::Vacant(first) = sessions.entry(role) {
            first.insert(session(year, user, Stage::Full)?);
            for stage in [Stage::SecondStep, Stage::Enrol, Stage::NewPassword] {
                steps.insert(stage.name(), session(year, user, stage)?);
            }
        }
        last = Some(user);
    }
    let last = last.ok_or("nobody")?;
    named.insert("users", last.to_string());
    let link = year.office.write(move |sql, by, draws| one_time_link::issue(sql, by, Hand::Operator, last, draws))?;
    named.insert("welcome", link.to_text());
    Ok((sessions, steps))
}

fn person(year: &mut Year, number: u32, role: StaffRole) -> Outcome<UserId> {
    let draft = UserDraft { login: format!("p{number}@example.org"), name: format!("Person {number}"), role };
    year.office.write(move |sql, by, draws| {
        let user = users::add(sql, by, Hand::Operator, &draft, None, draws)?;
        let totp = Totp::generate(draws);
        detailbook_server::store::users::set_totp(sql, by.agency, user.id, Some(&totp))?;
        Ok(user.id)
    })
}

/// What a browser of theirs holds that has come so far.
fn session(year: &mut Year, user: UserId, stage: Stage) -> Outcome<String> {
    year.office.write(move |sql, by, draws| {
        // The page that sets a second step up shows one.
        let pending = Some(Totp::generate(draws).secret);
        let browser = "The bench".to_owned();
        let (agency, began_at) = (by.agency, by.now);
        let session =
            StaffSession { agency, id: Sha256([0; 32]), user, stage, began_at, seen_at: began_at, browser, pending };
        Ok(staff_session::begin(sql, session, draws)?.to_text())
    })
}
