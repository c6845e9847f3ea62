/** One screen: its settings, its link, its watch over the time, and its sheet. */

import { Beacon, screenName } from "./beacon.js";
import { Clock } from "./clock.js";
import { Link } from "./link.js";
import { Sheet } from "./paint.js";
import { Renewal } from "./renew.js";
import { readSettings } from "./settings.js";
import { Watch } from "./state.js";

const ZONE = "Asia/Shanghai";
const ASK_AGAIN_MS = 1_000;

const settings = readSettings(location.search);
const sheet = new Sheet(settings);
const clock = new Clock(ZONE);
const watch = new Watch(performance.now());
const renewal = new Renewal(performance.now());
/** Why there is no board: the id of a lot that the server does not know, "bare" without any id, or null. */
let refused = null;

function paint() {
  const trust = watch.trust(performance.now());
  sheet.show(watch.board, trust, refused);
  return trust;
}

function tellTime() {
  const now = Date.now();
  sheet.tell(clock.read(now), now);
}

function follow(lot) {
  const address = `/v1/screens/${encodeURIComponent(lot)}`;
  const beacon = new Beacon(address, screenName(settings.screen));
  const tell = () => {
    const { show } = paint();
    if (watch.board) beacon.paints(watch.board.life, watch.board.seq, show);
  };
  const link = new Link(address, {
    opened: () => watch.opened(),
    board: (board) => {
      refused = null;
      watch.takeBoard(board, performance.now());
      clock.move(watch.board.tz);
      tell();
    },
    heartbeat: (beat) => {
      watch.takeHeartbeat(beat, performance.now());
      tell();
      renewal.heard(beat.page, performance.now());
    },
    lost: () => {
      watch.lost(performance.now());
      tell();
    },
    refused: (status) => {
      refused = status === 404 ? lot : null;
      tell();
    },
  });
  link.open();
  setInterval(() => {
    link.watch();
    tell();
    beacon.send(performance.now());
  }, 1_000);
}

/** Without a lot in its address a screen shows the server's only one. */
async function findLot() {
  try {
    const answer = await fetch("/v1/screens", { signal: AbortSignal.timeout(4_000) });
    const { lots } = await answer.json();
    if (lots.length === 1) return follow(lots[0]);
    refused = lots.length > 1 ? "bare" : null;
  } catch {
    watch.lost(performance.now());
  }
  paint();
  setTimeout(findLot, ASK_AGAIN_MS);
}

paint();
tellTime();
setInterval(tellTime, 1_000);
addEventListener("resize", () => sheet.refit());
if (settings.lot) follow(settings.lot);
else findLot();
