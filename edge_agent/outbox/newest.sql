-- The newest version of the outbox's tables, as the steps of schema.py make them.
CREATE TABLE "block_alarm" (
   "id" INTEGER PRIMARY KEY,
   "end" INTEGER NOT NULL,
   "offset" INTEGER NOT NULL,
   "rows" BLOB NOT NULL
) STRICT;
CREATE TABLE "block_state" (
   "id" INTEGER PRIMARY KEY,
   "end" INTEGER NOT NULL,
   "offset" INTEGER NOT NULL,
   "rows" BLOB NOT NULL
) STRICT;
CREATE TABLE "block_telemetry" (
   "id" INTEGER PRIMARY KEY,
   "end" INTEGER NOT NULL,
   "offset" INTEGER NOT NULL,
   "rows" BLOB NOT NULL
) STRICT;
CREATE TABLE "lane" (
   "number" INTEGER PRIMARY KEY,
   "stream" TEXT NOT NULL,
   "epoch" INTEGER NOT NULL,
   "oldest" INTEGER NOT NULL,
   "boot" TEXT NOT NULL,
   "offset_ms" INTEGER,
   "seal" INTEGER NOT NULL
) STRICT;
CREATE TABLE "gap" (
   "id" INTEGER PRIMARY KEY,
   "number" INTEGER NOT NULL,
   "first" INTEGER NOT NULL,
   "end" INTEGER NOT NULL,
   "from_ms" INTEGER NOT NULL,
   "to_ms" INTEGER NOT NULL,
   "reason" TEXT NOT NULL,
   "seal" INTEGER NOT NULL
) STRICT;
CREATE TABLE "seen" (
   "id" INTEGER PRIMARY KEY,
   "hashes" BLOB NOT NULL
) STRICT;
CREATE TABLE "fact" (
   "name" TEXT PRIMARY KEY,
   "value" TEXT NOT NULL,
   "seal" INTEGER NOT NULL
) STRICT;
CREATE TABLE "total" (
   "name" TEXT PRIMARY KEY,
   "total" INTEGER NOT NULL
) STRICT;
CREATE TABLE "quarantine" (
   "id" INTEGER PRIMARY KEY,
   "size" INTEGER NOT NULL,
   "entry" BLOB NOT NULL
) STRICT;
