//! Random rulings, new rulings and runs: the books sum to zero, numbers have no gaps, nothing is billed twice, and the same rulings and runs
//! give the same invoices. That a run which was interrupted comes out the same is shown where it is stopped anywhere.

use std::collections::BTreeMap;

use detailbook_core::ids::RecordId;
use detailbook_core::shift::Sha256;
use detailbook_server::billing::runs;
use detailbook_server::store::bills;
use detailbook_server::store::invoices::{LineRow, standing};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::office::{books, customer, cycle, day, issued, rule, ruling, work, world};
use crate::staff::world::{Desk, HOUR};
use crate::store::home::Home;

const STEPS: u32 = 40;

/// An assignment and its ruling.
struct Held {
    assignment: String,
    begins: i64,
    ruling: Option<String>,
}

/// An agency with a customer of each cycle, and two officers' places on details some nights apart.
fn people(desk: &Desk<'_>) -> Vec<Held> {
    let officer = desk.officer("Officer 1");
    let sites = ["monthly", "weekly", "detail"].map(|name| {
        let (id, site) = customer(desk, name);
        cycle(desk, &id, name);
        site
    });
    let mut held = Vec::new();
    for (n, begins) in (0..9).map(|n| (n, -8 - 12 * i64::from(n))) {
        let detail = desk.detail(&sites[n as usize % 3], begins, 2);
        let other = desk.officer(&format!("Officer {}", n + 2));
        for who in [&officer, &other] {
            held.push(Held { assignment: desk.order(&detail, who), begins, ruling: None });
        }
    }
    held
}

/// Lives through a seed. Runs are at times left under way while other things happen.
fn live(home: &Home, seed: u64) -> Vec<Sha256> {
    let world = world(home);
    let desk = world.agency(1);
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    let mut held = people(&desk);
    world.wait(20 * 24 * HOUR);
    for _ in 0..STEPS {
        let (what, which) = (draws.next_u32() % 4, draws.next_u32() as usize % held.len());
        if what == 0 {
            // One that is still under way is refused, and changes nothing.
            let _ = world.write(desk.agency, |sql, by| runs::begin(sql, by, day(5, 31)));
            if draws.next_u32().is_multiple_of(2) {
                work(&world);
            }
        } else {
            let minutes = [0, 60, 100, 240, 13 * 60][draws.next_u32() as usize % 5];
            let it = &mut held[which];
            it.ruling = Some(rule(&desk, &it.assignment, &ruling(it.begins, minutes, it.ruling.as_deref())));
        }
        check(&desk);
    }
    work(&world);
    super::office::run(&desk, day(5, 31));
    check(&desk);
    settled(&desk, &held);
    issued(&world, desk.agency).into_iter().map(|(row, _)| row.digest).collect()
}

/// The books balance, and each bill was charged at most once and credited at most once, by lines that cancel out.
fn check(desk: &Desk<'_>) {
    let books = books(desk.world, desk.agency);
    let mut charged = BTreeMap::<(RecordId, i64), Vec<LineRow>>::new();
    let mut owed = 0;
    for (row, lines) in issued(desk.world, desk.agency) {
        owed += row.total.0;
        for line in lines {
            charged.entry((line.work, line.bill)).or_default().push(line);
        }
    }
    for (bill, lines) in &charged {
        let sum: i64 = lines.iter().map(|line| line.amount.0).sum();
        let once: i64 = lines.iter().map(|line| line.amount.0).filter(|amount| *amount > 0).sum();
        assert!(sum == 0 || sum == once, "{bill:?} was charged or credited twice: {lines:?}");
        let mut rules: Vec<_> = lines.iter().map(|line| (&line.rules, line.amount.0 > 0)).collect();
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(rules.len(), lines.len(), "{bill:?} has a line twice");
    }
    let receivable = books.accounts.iter().filter(|it| it.account.starts_with("receivable/"));
    assert_eq!(receivable.map(|it| it.amount().0).sum::<i64>(), owed);
}

/// After a run with nothing in between, what stands on invoices is what is ruled.
fn settled(desk: &Desk<'_>, held: &[Held]) {
    for it in held {
        let (agency, id) = (desk.agency, it.assignment.parse::<detailbook_core::ids::AssignmentId>().unwrap());
        let (bill, stands) = desk
            .world
            .app
            .store
            .read(move |sql| {
                Ok::<_, detailbook_server::store::StoreError>((
                    bills::in_force(sql, agency, id.into(), i64::MAX)?,
                    standing(sql, agency, id.into())?,
                ))
            })
            .unwrap();
        let owed = bill.and_then(|bill| bill.total.map(|total| (bill.number, total)));
        assert_eq!(stands.map(|it| (it.bill, it.amount)), owed, "{}", it.assignment);
    }
}

#[test]
fn the_books_balance_whatever_happens_and_the_same_rulings_give_the_same_invoices() {
    for seed in 0..4 {
        let once = live(&Home::sqlite(), seed);
        assert!(once.len() > 3, "seed {seed} issued next to nothing");
        assert_eq!(live(&Home::sqlite(), seed), once, "seed {seed}");
        if let Some(home) = Home::postgres() {
            assert_eq!(live(&home, seed), once, "seed {seed} on the other engine");
        }
    }
}
