//! What the agency has agreed on with its town, its customers and its officers: tariffs and the labour contract.

use detailbook_core::award::{Contract, EntryKind, Sets};
use detailbook_core::pricing::Tariff;
use detailbook_core::time::Millis;
use detailbook_server::billing::tariffs;
use detailbook_server::demo::DemoError;
use detailbook_server::demo::tariffs::{TOWN, read};
use detailbook_server::routes::staff::postings::{ContractBody, set_contract};
use detailbook_server::scheduling::ledger::usual_contract;

use super::Stage;
use super::people::written;

/// What cancelling costs by the town's tariff.
const CANCELLED: &str = r#"
[cancellation]
minimum = "4:00"
admin_basis_points = 0
rounding = "half_up"

[[cancellation.tier]]
id = "late"
under = "48:00"
owes = "minimum"
"#;
/// What customers pay by the next tariff.
const BILLED: &str = r#"
[[bill.rate]]
rank = "officer"
cents_per_hour = 7200

[[bill.fee]]
id = "admin"
kind = "admin"
takes = { basis_points = 1000 }
most = 4000

[[bill.tax]]
id = "sales"
name = "Sales tax"
basis_points = 625
"#;
/// How long from now the next contract is in force.
const NOTICE: Millis = Millis::from_hours(30 * 24);

/// The town's tariff, which the server is given.
pub(super) fn tariff() -> Result<Tariff, DemoError> {
    read(&(TOWN.to_owned() + CANCELLED))
        .map_err(|fault| DemoError::Tariff { path: "the town's tariff".to_owned(), fault: fault.to_string() })
}

impl Stage {
    /// The tariff that follows the town's, years ahead: it prices nothing yet.
    pub(super) fn agree_on_a_tariff(&self) -> Result<(), DemoError> {
        let text = TOWN.replacen("version = 4", "version = 5", 1).replacen("2025-01-01", "2060-01-01", 1) + BILLED;
        written(&self.server, move |sql, by| tariffs::add(sql, by, &text, "The council agreed to it.").map(drop))
    }

    /// The contract, which charges as is usual, and the one that follows it, by which a no-show is charged three times.
    pub(super) fn agree_on_contracts(&self) -> Result<(), DemoError> {
        let name = "Harbor Falls agreement".to_owned();
        let first = Contract { name, version: 1, ..usual_contract() };
        let mut next = Contract { version: 2, ..first.clone() };
        for rule in next.charges.iter_mut().filter(|rule| rule.on == EntryKind::NoShow) {
            rule.sets = Sets::Percent(300);
        }
        written(&self.server, move |sql, by| {
            set_contract(sql, by, &ContractBody { from: by.now, contract: first })?;
            set_contract(sql, by, &ContractBody { from: by.now + NOTICE, contract: next })
        })
    }
}
