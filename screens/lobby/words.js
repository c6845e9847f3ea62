/** Every word that a screen says, in Chinese and in English. */

export const LABEL = { zh: "空余车位", en: "Free bays" };
export const FULL = { zh: "车位已满", en: "Full" };
export const LEVEL_FULL = { zh: "已满", en: "Full" };
export const NOTHING = "--";
export const SIGHTS = {
  free: { zh: "空闲", en: "Free" },
  occupied: { zh: "占用", en: "Taken" },
  unknown: { zh: "未知", en: "Unknown" },
};

const LIVE = { zh: "实时", en: "Live" };
const CONNECTING = { zh: "暂无数据，正在连接", en: "No data, connecting" };
const AWAY = { zh: "暂无数据，连接中断", en: "No data, connection lost" };
const SILENT = { zh: "暂无数据，传感器失联", en: "No data, sensors silent" };
const BARE = { zh: "地址缺少 lot 参数", en: "Address lacks lot" };

/** Say how many bays are unknown, besides those that are counted (`besides`) or of all. */
export function unknownBays(count, besides) {
  const bays = count === 1 ? "bay" : "bays";
  return besides
    ? { zh: `另有 ${count} 个车位状态未知`, en: `${count} more ${bays} unknown` }
    : { zh: `${count} 个车位状态未知`, en: `${count} ${bays} unknown` };
}

/** Say how far the numbers may be trusted; `refused` is what stands in the way of having any (see main.js). */
export function banner({ show, cause, ageMs }, refused) {
  if (show === "live") return LIVE;
  if (show === "stale") return stale(ageMs);
  if (show === "starting" && refused) return refused === "bare" ? BARE : noSuchLot(refused);
  if (show === "starting" && cause === null) return CONNECTING;
  return cause === "sensors" ? SILENT : AWAY;
}

/** Say in words what a floor plan shows, for those who cannot see it. */
export function planWords(name, count, show) {
  if (show !== "live" && show !== "stale") return { zh: `${name.zh}：暂无数据`, en: `${name.en}: no data` };
  const { free, occupied, unknown } = count;
  return {
    zh: `${name.zh}：空闲 ${free}，占用 ${occupied}，未知 ${unknown}`,
    en: `${name.en}: ${free} free, ${occupied} taken, ${unknown} unknown`,
  };
}

function noSuchLot(lot) {
  const short = lot.length > 12 ? `${lot.slice(0, 11)}…` : lot;
  return { zh: `没有车场 ${short}`, en: `No lot ${short}` };
}

function stale(ageMs) {
  const ago = age(ageMs);
  return { zh: `非实时，${ago.zh}`, en: `Not live, ${ago.en}` };
}

/** Say an age calmly: in steps of ten seconds, then minutes, hours, days. */
export function age(ageMs) {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 10) return { zh: "数秒前", en: "seconds ago" };
  if (seconds < 60) return { zh: `${seconds - (seconds % 10)} 秒前`, en: `${seconds - (seconds % 10)} s ago` };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { zh: `${minutes} 分钟前`, en: `${minutes} min ago` };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { zh: `${hours} 小时前`, en: `${hours} h ago` };
  const days = Math.floor(hours / 24);
  return { zh: `${days} 天前`, en: `${days} days ago` };
}
