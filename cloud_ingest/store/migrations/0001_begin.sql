-- The cloud's first schema: who sends, where things are, what was observed, and how far each gateway is committed.
--
-- Streams are numbered 0 alarm, 1 state, 2 telemetry; `trust` is wire.TimeTrust (0 synced, 1 device, 2 unsynced,
-- 3 repaired). All times are UTC.

-- Who sends ----------------------------------------------------------------------------------------------------------

CREATE TABLE gateway (
    id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name      text NOT NULL UNIQUE,
    shard     smallint,
    community text,                              -- place.id, from the site's plan; null until a plan names the gateway
    agent     text NOT NULL DEFAULT '',          -- program and version, from the hello
    synced    boolean NOT NULL DEFAULT false,    -- whether the gateway's clock was set at its last hello
    heard_at  timestamptz,                       -- the cloud's clock at the gateway's last hello or batch
    sent_at   timestamptz,                       -- the gateway's own clock in its last hello or batch
    counts    jsonb NOT NULL DEFAULT '{}'        -- totals since the agent started, from the hello
) WITH (fillfactor = 50);

CREATE TABLE device (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE property (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- Where things are ---------------------------------------------------------------------------------------------------

-- A place that moves below another parent, or gets another name, ends one row and begins the next: the row with
-- valid_to IS NULL is how things are now.
CREATE TABLE place (
    id         text NOT NULL,
    level      text NOT NULL CHECK (level IN ('city', 'district', 'street', 'grid', 'community', 'site')),
    parent     text,
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_to   timestamptz,
    PRIMARY KEY (id, valid_from)
);
CREATE UNIQUE INDEX place_now ON place (id) WHERE valid_to IS NULL;
CREATE INDEX place_parent ON place (parent) WHERE valid_to IS NULL;

CREATE TABLE lot (
    id        text PRIMARY KEY,
    community text NOT NULL,
    name_zh   text NOT NULL,
    name_en   text NOT NULL,
    tz        text NOT NULL,
    site      text NOT NULL                      -- the id of the plan that declared the lot
);
CREATE INDEX lot_community ON lot (community);

CREATE TABLE floor (
    id      text PRIMARY KEY,
    lot     text NOT NULL REFERENCES lot (id) ON DELETE CASCADE,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    rank    integer NOT NULL                     -- place in the plan, from 0
);
CREATE INDEX floor_lot ON floor (lot);

CREATE TABLE bay (
    id     text PRIMARY KEY,
    lot    text NOT NULL REFERENCES lot (id) ON DELETE CASCADE,
    floor  text NOT NULL REFERENCES floor (id) ON DELETE CASCADE,
    device text,                                 -- device.name; null where nothing watches the bay
    rank   integer NOT NULL,                     -- place on its floor, from 0
    plan   jsonb NOT NULL DEFAULT '{}',          -- {"at": [x, y] or null, "turned": bool}, units of a bay's width
    UNIQUE (device) DEFERRABLE INITIALLY DEFERRED -- two sensors may change places in one transaction
);
CREATE INDEX bay_floor ON bay (floor);
CREATE INDEX bay_lot ON bay (lot);

-- How far each gateway is committed ----------------------------------------------------------------------------------

CREATE TABLE watermark (
    gateway    integer NOT NULL REFERENCES gateway (id),
    stream     smallint NOT NULL,
    epoch      bigint NOT NULL,
    next       bigint NOT NULL DEFAULT 0,        -- the next seq wanted: every row below it is stored or recorded as a gap
    closed     boolean NOT NULL DEFAULT false,   -- no row will be added to this epoch, from the hello
    oldest_ms  bigint NOT NULL DEFAULT 0,        -- time of the oldest row that the gateway holds, from the hello; 0 unknown
    pending    bigint NOT NULL DEFAULT 0,        -- rows that the gateway holds and the cloud has not, as of the last word
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (gateway, stream, epoch)
) WITH (fillfactor = 50);

-- Rows given up by a gateway, or found missing: n = "end" - first numbers. from_at and to_at are null where nobody knows.
CREATE TABLE gap (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gateway     integer NOT NULL REFERENCES gateway (id),
    stream      smallint NOT NULL,
    epoch       bigint NOT NULL,
    first       bigint NOT NULL,
    "end"       bigint NOT NULL,
    n           bigint NOT NULL,
    from_at     timestamptz,
    to_at       timestamptz,
    reason      text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX gap_gateway ON gap (gateway, recorded_at);

-- What turns an epoch's unsynced times into UTC.
CREATE TABLE boot_clock (
    gateway   integer NOT NULL REFERENCES gateway (id),
    epoch     bigint NOT NULL,
    offset_ms bigint NOT NULL,
    heard_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (gateway, epoch)
);

-- What was observed --------------------------------------------------------------------------------------------------

-- No unique key: the watermark, moved in the same transaction, guarantees that a row is stored once, at a third of the
-- cost. A number stands in value, a text in text, the other is null. Columns are ordered so that nothing is padded.
CREATE TABLE observation (
    at        timestamptz NOT NULL,
    epoch     bigint NOT NULL,
    seq       bigint NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    value     double precision,
    gateway   integer NOT NULL,
    device    integer NOT NULL,
    property  integer NOT NULL,
    trust     smallint NOT NULL,
    stream    smallint NOT NULL,
    text      text
) PARTITION BY RANGE (at);
-- Daily partitions observation_YYYYMMDD (UTC days) are made ahead by the partition keeper; this one takes wrong clocks.
CREATE TABLE observation_default PARTITION OF observation DEFAULT;

-- Rows whose time counts from the gateway's boot wait here until a hello brings the boot's offset.
CREATE TABLE undated (
    boot_ms   bigint NOT NULL,
    epoch     bigint NOT NULL,
    seq       bigint NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    value     double precision,
    gateway   integer NOT NULL,
    device    integer NOT NULL,
    property  integer NOT NULL,
    trust     smallint NOT NULL,                 -- always 2, unsynced
    stream    smallint NOT NULL,
    text      text
);
CREATE INDEX undated_epoch ON undated (gateway, epoch);

-- The newest value of each (device, property): only moves forward in `at`, and a time more than five minutes ahead of
-- the cloud's clock never wins over a saner one.
CREATE TABLE latest (
    device   integer NOT NULL,
    property integer NOT NULL,
    at       timestamptz NOT NULL,
    value    double precision,
    text     text,
    trust    smallint NOT NULL,
    gateway  integer NOT NULL,
    PRIMARY KEY (device, property)
) WITH (fillfactor = 50);

-- Moments of each hour, in the same transaction as their rows. n counts all rows, numbers those that carry a number:
-- mean = sum / numbers. min, max, last and last_at are of the numbers, null where there is none.
CREATE TABLE hourly (
    gateway  integer NOT NULL,
    property integer NOT NULL,
    hour     timestamptz NOT NULL,
    n        bigint NOT NULL,
    numbers  bigint NOT NULL,
    sum      double precision NOT NULL,
    min      double precision,
    max      double precision,
    last     double precision,
    last_at  timestamptz,
    PRIMARY KEY (gateway, property, hour)
) WITH (fillfactor = 50);
CREATE INDEX hourly_property ON hourly (property, hour);

-- A rule fired or cleared; also kept as an observation row of the same (gateway, stream, epoch, seq).
CREATE TABLE event (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key     text NOT NULL,                       -- what a raise and its clear share: rule@place
    rule    text NOT NULL,
    place   text NOT NULL,
    device  text NOT NULL,
    phase   text NOT NULL,                       -- raised | cleared
    urgency text NOT NULL,                       -- alarm | notice
    at      timestamptz NOT NULL,
    facts   jsonb NOT NULL DEFAULT '{}',
    gateway integer NOT NULL,
    stream  smallint NOT NULL,
    epoch   bigint NOT NULL,
    seq     bigint NOT NULL
);
CREATE INDEX event_key ON event (key, at);
CREATE INDEX event_at ON event (at);

-- What arrived and could not be taken; counted in full by the metrics, kept here up to a cap.
CREATE TABLE refused (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    gateway text NOT NULL,                       -- as the topic names it; empty where the topic is none of ours
    topic   text NOT NULL,
    reason  text NOT NULL,
    size    integer NOT NULL                     -- bytes
);
