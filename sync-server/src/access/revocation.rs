//! The end of an enrolment. What the phone still holds may be somebody's hours: one last push is taken whole and kept for a
//! person to look at.

use detailbook_core::ids::{DeviceId, RecordId};
use detailbook_core::wire::{self, Refusal, SyncRequest};
use serde_json::json;

use super::device::Caller;
use crate::app::App;
use crate::audit::{self, By};
use crate::problem::Problem;
use crate::store::held::NewHeld;
use crate::store::{Sql, agency, devices, held};
use crate::words;

/// Ends a device's enrolment. The caller holds the agency's lock.
pub fn revoke(sql: &mut dyn Sql, by: &By<'_>, device: DeviceId, reason: &str) -> Result<(), Problem> {
    let known = devices::find(sql, device)?.filter(|device| device.agency == by.agency);
    let known = known.ok_or_else(Problem::not_found)?;
    let reason = words::text("reason", reason)?;
    if !devices::revoke(sql, by.agency, device, by.now)? {
        return Err(Problem::conflict("The enrolment was ended before."));
    }
    let (before, after) = (json!({ "revoked_at": null }), json!({ "revoked_at": by.now }));
    let noted = json!({ "officer": known.officer, "before": before, "after": after, "reason": reason });
    Ok(by.note(sql, "device.revoke", device, &noted)?)
}

/// Keeps the last push of a revoked device, if this is the first that brings anything, and refuses the device in any case.
pub fn last_push(app: &App, caller: &Caller, body: &[u8]) -> Problem {
    let brings = wire::decode::<SyncRequest>(body).map_or(true, |request| brings_anything(&request));
    if !brings || caller.device.last_push_at.is_some() || caller.counter <= caller.device.counter {
        return Refusal::Revoked.into();
    }
    keep(app, caller.clone(), body.to_vec()).err().unwrap_or(Refusal::Revoked.into())
}

fn brings_anything(request: &SyncRequest) -> bool {
    let changes = request.push.iter().flatten().any(|push| !push.changes.is_empty());
    changes || request.commands.iter().flatten().next().is_some()
}

fn keep(app: &App, caller: Caller, body: Vec<u8>) -> Result<(), Problem> {
    let now = app.now();
    let id = RecordId::new(now, &mut app.entropy.clone());
    app.store.write(move |sql| {
        let device = &caller.device;
        agency::lock(sql, device.agency)?;
        if !devices::take_last_push(sql, device, caller.counter, now)? {
            return Ok(());
        }
        let push = NewHeld {
            id,
            device: device.device,
            received_at: now,
            reason: "pushed after the enrolment was ended",
            body: &body,
        };
        held::hold(sql, device.agency, &push)?;
        let detail = json!({ "device": device.device, "bytes": body.len() });
        let actor = format!("device {}", device.device);
        audit::append(sql, device.agency, now, &actor, "device.last_push", &id.to_string(), &detail)?;
        Ok(())
    })
}
