// What `--help` answers. Plain JavaScript without imports: Node 20 prints it before anything is installed.

const environment = `Environment:
  DATABASE_URL          your own PostgreSQL, with a role that owns nothing (default: one of Drumbeat's own)
  DATABASE_ADMIN_URL    the same database with the role that owns it, who migrates; needed with DATABASE_URL
  TEMPORAL_ADDRESS      host:port of your own Temporal (default: one of Drumbeat's own)
  TEMPORAL_UI_URL       where the UI of your own Temporal listens, to be served under /temporal
  FFMPEG_PATH           the ffmpeg to use (default: the one on PATH, else Debian's package as root)
  OPENAI_API_KEY        key for OpenAI, or any word for a compatible server that needs none
  OPENAI_BASE_URL       a server that is compatible with OpenAI
  OPENAI_API            "chat" for servers that have no Responses API
  DEFAULT_PROVIDER      serves requests that name no model: sandbox (default) or openai
  EGRESS_ALLOW          host:port,… that outgoing calls may reach although private, or not on port 80 or 443
  REGISTRATION          who may register: open (default on loopback), first (default elsewhere) or closed
  TRUST_PROXY           addresses of proxies whose X-Forwarded headers are believed (default: none)
  RATE_LIMIT_KEY        requests a minute of one API key (600)
  RATE_LIMIT_SESSION    requests a minute of one signed-in session (1200)
  RATE_LIMIT_ADDRESS    requests a minute from one address (3000)
  STORAGE               where files are kept: files (default, below the data directory) or s3
  STORAGE_S3_…          the bucket, for STORAGE=s3: see docs/operators.md, Files
  STORAGE_QUOTA_GB      gigabytes of files that one workspace may keep (50)
  MEDIA_ORIGIN          another address of the API that media is shown from, https://media.example.com
  SMTP_URL              the mail server for notifications, smtp://user:password@host:587 (default: none, no e-mail)
  SMTP_FROM             whom e-mail comes from ("Drumbeat <drumbeat@localhost>")
  STRIPE_SECRET_KEY     with STRIPE_WEBHOOK_SECRET: credits can be bought, see docs/credits.md (default: operators grant)
  CREDIT_PACKS          what is sold, as name:credits:cents:currency,… (small:1000:1000:usd,…)
  METRICS_HOST          the address on which metrics and health are told (127.0.0.1)
  METRICS_PORT          the port for that, of a process started by itself; npm start gives each process its own
  LOG_LEVEL             fatal, error, warn, info (default), debug, trace or silent
  DRUMBEAT_CACHE_DIR    where downloads are kept (default: .cache in the checkout)`;

export const START_HELP = `npm start -- [options]

Installs what is missing, then runs everything on this machine until Ctrl-C.

  --port N           port of the API and the console (chosen once and kept in the data directory)
  --host ADDRESS     address to listen on (127.0.0.1)
  --data-dir DIR     where everything is kept (.data)
  --public-url URL   the one address people use, when it differs: behind a proxy, or from another machine
  --no-seed          no demo workspace
  --help             this text

A data directory remembers its ports, so that addresses stay the same. It remembers neither --host nor
--public-url: give them at every start.

${environment}`;

export const RESET_HELP = `npm run reset -- [options]

Deletes everything in a data directory after asking: accounts, posts, media, keys, and PostgreSQL's files where
they had to be kept elsewhere (as root: /var/lib/drumbeat/<id>). Stop Drumbeat first.

  --data-dir DIR     the folder to empty (.data)
  --yes, -y          do not ask
  --help             this text`;

export const TEST_HELP = `npm test -- [options] [PATH …]

Installs what is missing, runs format, lint, types and every test; ends with "N passed, N failed".

  --fast             the checks and the unit tests only; the same as npm run test:fast
  --only SUITE       this suite alone; may be given several times: format, lint, types,
                     unit, integration, contracts, workflows, api, golden, e2e, chaos
  PATH …             test files or folders to run, without the checks
  --help             this text

Environment:
  FFMPEG_PATH           the ffmpeg to use (default: the one on PATH, else Debian's package as root)
  DRUMBEAT_CACHE_DIR    where downloads are kept (default: .cache in the checkout)`;

const whichInstallation = `  --data-dir DIR     of the Drumbeat that runs there (.data)
  --help             this text

Environment:
  DATABASE_URL          the database, where it is your own; --data-dir comes before it`;

export const OPERATOR_HELP = `npm run operator -- EMAIL [options]

Makes a registered person an operator of this installation. Drumbeat has to run.

${whichInstallation}`;

export const GRANT_HELP = `npm run grant -- EMAIL CREDITS [options]

Adds credits to the workspace that the person owns. Drumbeat has to run.

${whichInstallation}`;

/** By the command's name as scripts/bootstrap.mjs takes it. */
export const HELP_TEXTS = {
  start: START_HELP,
  test: TEST_HELP,
  reset: RESET_HELP,
  operator: OPERATOR_HELP,
  grant: GRANT_HELP,
};
