//! How an operator sets the server up: flags, or the environment, or nothing at all.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use detailbook_core::pricing::Tariff;

use detailbook_core::shift::Sha256;
use detailbook_core::wire::Invitation;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::access::provider::reach::Reach;
use crate::access::secret_box::SecretKey;
use crate::blobs::{BlobFolder, DEFAULT_OFFICER_QUOTA};
use crate::cli::Failure;
use crate::console::tiles::Tiles;
use crate::entropy::OsEntropy;
use crate::notices::{GatewaySettings, MailSettings, WebhookSettings};
use crate::prices::Tariffs;
use crate::store::{Store, StoreConfig};

/// Where the data is, for every command.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// Folder of the database and of photos and videos; made where it is missing
    #[arg(long, global = true, env = "DETAILBOOK_DATA", value_name = "FOLDER", default_value = "detailbook-data")]
    pub data: PathBuf,
    /// PostgreSQL database to use instead of the one in the folder: postgres://...
    #[arg(long, global = true, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Address at which phones reach the server, as invitations say it
    #[arg(long, global = true, env = "DETAILBOOK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// What to log, such as info, debug or detailbook_server=debug
    #[arg(
        long,
        global = true,
        env = "DETAILBOOK_LOG",
        value_name = "FILTER",
        default_value = "warn,detailbook_server=info"
    )]
    pub log: String,
}

/// How the server listens.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address to listen on. Put a proxy that speaks TLS before it
    #[arg(long, env = "DETAILBOOK_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8470")]
    pub listen: SocketAddr,
    /// A proxy stands before the server and appends each caller's address to X-Forwarded-For
    #[arg(long, env = "DETAILBOOK_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Secret that opens /metrics to whoever watches the server; without it nobody reads them
    #[arg(long, env = "DETAILBOOK_METRICS_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub metrics_secret: Option<String>,
    /// Bytes of photos and videos that one officer may store
    #[arg(long, env = "DETAILBOOK_OFFICER_QUOTA", value_name = "BYTES", default_value_t = DEFAULT_OFFICER_QUOTA)]
    pub officer_quota: u64,
    /// Tariff (TOML) to price ruled time by; more than once, each for an agency of its own: AGENCY=FILE
    #[arg(long = "tariff", env = "DETAILBOOK_TARIFF", value_name = "[AGENCY=]FILE", value_delimiter = ',')]
    pub tariff: Vec<String>,
    /// Mail server that notices go out by: smtps://user:password@host, or smtp://host:587?tls=required
    #[arg(long, env = "DETAILBOOK_MAIL_SERVER", value_name = "URL", hide_env_values = true, requires = "mail_from")]
    pub mail_server: Option<String>,
    /// Who notices by mail come from, such as "Details <details@example.org>"
    #[arg(long, env = "DETAILBOOK_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Gateway that sends text messages, called over HTTPS
    #[arg(long, env = "DETAILBOOK_SMS_GATEWAY", value_name = "URL", requires = "gateway_secret")]
    pub sms_gateway: Option<String>,
    /// Gateway that puts signs on phones, called over HTTPS
    #[arg(long, env = "DETAILBOOK_PUSH_GATEWAY", value_name = "URL", requires = "gateway_secret")]
    pub push_gateway: Option<String>,
    /// Secret that signs what the gateways are sent
    #[arg(long, env = "DETAILBOOK_GATEWAY_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub gateway_secret: Option<String>,
    /// Gateways may have addresses of this machine and its own networks
    #[arg(long, env = "DETAILBOOK_INTERNAL_GATEWAYS")]
    pub internal_gateways: bool,
    /// Server of map tiles for the console: https://tiles.example.org/{z}/{x}/{y}.png; without it maps show a plain grid
    #[arg(long, env = "DETAILBOOK_TILES", value_name = "URL", requires = "tiles_credit")]
    pub tiles: Option<String>,
    /// Whose the map tiles are, as every map says it; an address at its end becomes a link
    #[arg(long, env = "DETAILBOOK_TILES_CREDIT", value_name = "TEXT")]
    pub tiles_credit: Option<String>,
    /// Hosts of identity providers that may have addresses inside a network: login.example.lan or 10.1.2.3:8443; more than once
    #[arg(long = "provider-hosts", env = "DETAILBOOK_PROVIDER_HOSTS", value_name = "HOST", value_delimiter = ',')]
    pub provider_hosts: Vec<String>,
    /// Authorities (PEM) that identity providers' certificates may be of, besides the public ones
    #[arg(long, env = "DETAILBOOK_PROVIDER_CA", value_name = "FILE")]
    pub provider_ca: Option<PathBuf>,
    /// Key that secrets are kept under which must be read again; made where it is missing. Usually secrets.key in the data folder
    #[arg(long, env = "DETAILBOOK_SECRETS_KEY", value_name = "FILE")]
    pub secrets_key: Option<PathBuf>,
}

impl ServeArgs {
    /// Reads and checks the tariffs that are named.
    pub fn tariffs(&self) -> Result<Tariffs, Failure> {
        let mut tariffs = Tariffs::default();
        for named in &self.tariff {
            let own = named.split_once('=').and_then(|(agency, file)| Some((agency.parse().ok()?, file)));
            tariffs = match own {
                Some((agency, file)) if tariffs.has_own(agency) => {
                    return Err(Failure::usage(format!("Two tariffs for one agency: {file} is the second.")));
                }
                Some((agency, file)) => tariffs.with(agency, read_tariff(file)?),
                None if tariffs.has_common() => {
                    return Err(Failure::usage(format!("Say whose tariff {named} is: AGENCY={named}.")));
                }
                None => tariffs.for_all(read_tariff(named)?),
            };
        }
        Ok(tariffs)
    }
}

fn read_tariff(path: &str) -> Result<Arc<Tariff>, Failure> {
    let failed = |fault: &dyn Display| Failure::setup(format!("The tariff {path} cannot be used: {fault}."));
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    toml::from_str(&text).map(Arc::new).map_err(|fault| failed(&fault))
}

/// Shorter secrets are guessed.
const SECRET_CHARS: usize = 16;

impl ServeArgs {
    /// The hash of the secret for the metrics, if there is one.
    pub fn metrics(&self) -> Result<Option<Sha256>, Failure> {
        match self.metrics_secret.as_deref().map(str::trim) {
            Some(secret) if secret.len() < SECRET_CHARS => {
                Err(Failure::usage(format!("The secret for the metrics must have at least {SECRET_CHARS} characters.")))
            }
            secret => Ok(secret.map(|secret| Sha256::of(secret.as_bytes()))),
        }
    }
}

impl ServeArgs {
    /// How notices leave the server, checked.
    pub fn gateways(&self) -> Result<GatewaySettings, Failure> {
        let wrong = |what: &str, why: String| Failure::usage(format!("{what}: {why}."));
        let secret = self.gateway_secret.as_deref().unwrap_or_default();
        let webhook = |what, url: &Option<String>| {
            let settings = url.as_deref().map(|url| WebhookSettings::new(url, secret, self.internal_gateways));
            settings.transpose().map_err(|why| wrong(what, why))
        };
        let mail = self.mail_server.as_deref();
        let mail = mail.map(|url| MailSettings::new(url, self.mail_from.as_deref().unwrap_or_default())).transpose();
        Ok(GatewaySettings {
            mail: mail.map_err(|why| wrong("--mail-server", why))?,
            sms: webhook("--sms-gateway", &self.sms_gateway)?,
            push: webhook("--push-gateway", &self.push_gateway)?,
        })
    }
}

impl ServeArgs {
    /// Where maps get pictures of the ground from, checked.
    pub fn tiles(&self) -> Result<Option<Tiles>, Failure> {
        let credit = self.tiles_credit.as_deref().unwrap_or_default();
        let tiles = self.tiles.as_deref().map(|url| Tiles::new(url, credit)).transpose();
        tiles.map_err(|why| Failure::usage(format!("--tiles: {why}.")))
    }
}

impl ServeArgs {
    /// Whom the server calls when an agency names an identity provider, checked.
    pub fn providers(&self) -> Result<Reach, Failure> {
        let read = |path: &PathBuf| {
            let pem = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            match pem {
                Ok(found) if !found.is_empty() => Ok(found),
                Ok(_) => Err(Failure::setup(format!("The file {} holds no certificate.", path.display()))),
                Err(error) => Err(Failure::setup(format!("The file {} cannot be read: {error}.", path.display()))),
            }
        };
        let authorities = self.provider_ca.as_ref().map(read).transpose()?.unwrap_or_default();
        Reach::new(&self.provider_hosts, authorities).map_err(|why| Failure::usage(format!("--provider-hosts: {why}.")))
    }

    /// The key that secrets are kept under.
    pub fn secrets(&self, data: &DataArgs) -> Result<SecretKey, Failure> {
        let path = self.secrets_key.clone().unwrap_or_else(|| data.data.join("secrets.key"));
        let failed = |error| Failure::setup(format!("The key {} cannot be used: {error}.", path.display()));
        data.make_folder()?;
        SecretKey::load_or_make(&path, &mut OsEntropy).map_err(failed)
    }
}

impl DataArgs {
    /// Which database that is.
    pub fn store_config(&self) -> StoreConfig {
        match &self.database_url {
            Some(url) => StoreConfig::Postgres { url: url.clone() },
            None => StoreConfig::Sqlite { path: self.data.join("detailbook.sqlite") },
        }
    }

    /// Opens the database and brings its tables up to date.
    pub fn open_store(&self) -> Result<Store, Failure> {
        self.make_folder()?;
        Store::open(&self.store_config())
            .map_err(|error| Failure::setup(format!("The database cannot be opened: {error}.")))
    }

    /// Opens the folder of photos and videos.
    pub fn open_blobs(&self) -> Result<BlobFolder, Failure> {
        self.make_folder()?;
        let folder = self.data.join("blobs");
        let failed = |error| Failure::setup(format!("The folder {} cannot be used: {error}.", folder.display()));
        BlobFolder::open(&folder).map_err(failed)
    }

    /// The data is personal: nobody but the server's own user reads the folder.
    fn make_folder(&self) -> Result<(), Failure> {
        let failed = |error| Failure::setup(format!("The folder {} cannot be made: {error}.", self.data.display()));
        if self.data.is_dir() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.data).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&self.data, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        Ok(())
    }

    /// The address that invitations say, if one is set. Phones take no other than `https://`, but for this very machine.
    pub fn public_url(&self) -> Result<Option<String>, Failure> {
        let Some(url) = self.public_url.as_deref().map(|url| url.trim().trim_end_matches('/')) else { return Ok(None) };
        if !Invitation::may_name(url) {
            return Err(Failure::usage("The public URL must begin with https://, or phones refuse it."));
        }
        Ok(Some(url.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use detailbook_core::ids::AgencyId;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn tariffs(named: &[&str]) -> Result<Tariffs, Failure> {
        let flags = named.iter().flat_map(|named| ["--tariff", named]);
        Line::parse_from(["serve"].into_iter().chain(flags)).serve.tariffs()
    }

    #[derive(Parser)]
    struct Data {
        #[command(flatten)]
        data: DataArgs,
    }

    fn gateways(flags: &[&str]) -> Result<GatewaySettings, Failure> {
        Line::parse_from(["serve"].iter().chain(flags)).serve.gateways()
    }

    #[test]
    fn gateways_are_checked_at_the_start() {
        assert_eq!(gateways(&[]), Ok(GatewaySettings::default()));
        let from = ["--mail-from", "Details <details@example.org>", "--mail-server"];
        let mail = |url: &'static str| gateways(&[&from[..], &[url]].concat());
        assert!(mail("smtps://mail.example.org").unwrap().mail.is_some());
        assert_eq!(mail("smtp://mail.example.org").unwrap_err().code, 2);
        let secret = ["--gateway-secret", "sixteen-characters-and-more"];
        let sms = |more: &[&'static str]| gateways(&[&secret[..], more].concat());
        assert!(sms(&["--sms-gateway", "https://sms.example.org"]).unwrap().sms.is_some());
        assert_eq!(sms(&["--sms-gateway", "https://127.0.0.1"]).unwrap_err().code, 2);
        assert!(sms(&["--push-gateway", "http://127.0.0.1", "--internal-gateways"]).unwrap().push.is_some());
    }

    #[test]
    fn tiles_are_checked_at_the_start() {
        let tiles =
            |url: &'static str| Line::parse_from(["serve", "--tiles-credit", "T", "--tiles", url]).serve.tiles();
        assert_eq!(Line::parse_from(["serve"]).serve.tiles(), Ok(None));
        assert!(tiles("https://tiles.example.org/{z}/{x}/{y}.png").unwrap().is_some());
        assert_eq!(tiles("https://tiles.example.org/all.png").unwrap_err().code, 2);
        assert!(
            Line::try_parse_from(["serve", "--tiles", "https://a.example/{z}/{x}/{y}"]).is_err(),
            "nobody is credited"
        );
    }

    #[test]
    fn providers_and_the_key_are_checked_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let args = |flags: &[&str]| Line::parse_from(["serve"].iter().chain(flags)).serve;
        assert_eq!(args(&[]).providers(), Ok(Reach::default()));
        let hosts = args(&["--provider-hosts", "login.example.lan,10.1.2.3:8443"]).providers().unwrap();
        assert!(hosts.url("https://login.example.lan/").is_ok());
        assert_eq!(args(&["--provider-hosts", "https://login.example.lan"]).providers().unwrap_err().code, 2);
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for file in ["no such file", manifest] {
            assert_eq!(args(&["--provider-ca", file]).providers().unwrap_err().code, 3, "{file}");
        }
        let data = Data::parse_from(["serve", "--data", folder.path().to_str().unwrap()]).data;
        let key = args(&[]).secrets(&data).unwrap();
        assert_eq!(args(&[]).secrets(&data), Ok(key.clone()), "made once");
        let own = folder.path().join("own.key");
        assert_ne!(args(&["--secrets-key", own.to_str().unwrap()]).secrets(&data), Ok(key));
        assert_eq!(args(&["--secrets-key", manifest]).secrets(&data).unwrap_err().code, 3);
    }

    #[test]
    fn a_public_url_is_one_that_phones_take_or_none() {
        let url = |set: &str| Data::parse_from(["serve", "--public-url", set]).data.public_url();
        assert_eq!(url("https://details.example.org/"), Ok(Some("https://details.example.org".to_owned())));
        assert_eq!(url(" http://127.0.0.1:8470 "), Ok(Some("http://127.0.0.1:8470".to_owned())));
        for bad in ["http://details.example.org", "details.example.org", "https://", "http://0.0.0.0:8470", "ftp://a"] {
            assert_eq!(url(bad).unwrap_err().code, 2, "{bad}");
        }
    }

    #[test]
    fn a_tariff_is_read_at_the_start_and_a_faulty_one_stops_it() {
        let good = concat!(env!("CARGO_MANIFEST_DIR"), "/tariffs/town.toml");
        assert_eq!(tariffs(&[good]).unwrap().of(AgencyId::NIL).unwrap().citation(), "Harbor Falls details v4");
        assert_eq!(tariffs(&[]), Ok(Tariffs::default()));
        for bad in ["no such file", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
            let failure = tariffs(&[bad]).unwrap_err();
            assert_eq!(failure.code, 3);
            assert!(failure.message.starts_with(&format!("The tariff {bad} cannot be used: ")), "{failure}");
        }
    }

    #[test]
    fn an_agency_may_have_a_tariff_of_its_own_beside_that_of_all() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tariffs");
        let (one, other) = (AgencyId::from_bytes([1; 16]), AgencyId::from_bytes([2; 16]));
        let (common, own) = (format!("{folder}/town.toml"), format!("{one}={folder}/boston-2019.toml"));
        let both = tariffs(&[&common, &own]).unwrap();
        assert_eq!(both.of(other).unwrap().citation(), "Harbor Falls details v4");
        assert_ne!(both.of(one).unwrap().citation(), "Harbor Falls details v4");
        assert_eq!(tariffs(&[&own]).unwrap().of(other), None);
        assert_eq!(tariffs(&[&own, &own]).unwrap_err().code, 2);
        assert_eq!(tariffs(&[&common, &common]).unwrap_err().code, 2);
    }
}
