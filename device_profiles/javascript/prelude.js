// Runs first in the realm of every vendor codec: takes the clock and chance away, keeps pristine intrinsics for itself,
// and gives back boot(factory), which gives back run(entry, input, at).
(function () {
  "use strict";
  const world = globalThis;
  const RealDate = Date;
  const { parse, stringify } = JSON;
  const { apply, construct, ownKeys, defineProperty, deleteProperty } = Reflect;
  const { create, freeze, getOwnPropertyDescriptor, getPrototypeOf, is, keys, setPrototypeOf } = Object;
  const { isArray } = Array;
  const { join } = Array.prototype;
  const { isView } = ArrayBuffer;
  const { imul } = Math;
  const { isSafeInteger } = Number;
  const NumberOf = Number;
  const StringOf = String;
  const ObjectPrototype = Object.prototype;
  const DataViewPrototype = DataView.prototype;
  const lengthOfView = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), "length").get;
  const { getTime, toISOString, toString: dateToString } = RealDate.prototype;
  const { slice: cut, toWellFormed } = String.prototype;
  const unboxers = [Number.prototype.valueOf, String.prototype.valueOf, Boolean.prototype.valueOf];
  const NOTHING = freeze([]);

  const DEEPEST = 24; // levels of a result
  const ROOM = 200000; // values and characters of a result
  const SHOWN = 300; // characters of an error

  // ---- the clock is an input; chance is none
  let now = 0;
  let dice = 0;
  function Clock() {
    if (new.target === undefined) return apply(dateToString, new RealDate(now), NOTHING);
    return construct(RealDate, arguments.length === 0 ? [now] : arguments, new.target);
  }
  function hide(object, name, value) {
    defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  }
  hide(Clock, "name", "Date");
  hide(Clock, "length", 7);
  hide(Clock, "now", function () { return now; });
  hide(Clock, "parse", RealDate.parse);
  hide(Clock, "UTC", RealDate.UTC);
  Clock.prototype = RealDate.prototype;
  hide(RealDate.prototype, "constructor", Clock);
  hide(world, "Date", Clock);
  hide(Math, "random", function () {
    dice = (dice + 0x6d2b79f5) | 0;
    let t = imul(dice ^ (dice >>> 15), 1 | dice);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });
  const quiet = function () {};
  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "dir", "table", "assert"]) console[name] = quiet;
  hide(world, "console", console);
  const gone = ["performance", "queueMicrotask", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "gc"];
  for (const name of gone) delete world[name];
  for (const name of ["prepareStackTrace", "stackTraceLimit", "captureStackTrace"]) delete Error[name];

  // ---- what a codec may change in its realm is looked at after every call; all the rest is frozen
  const watched = [
    world, Object, ObjectPrototype, Function.prototype, Array, Array.prototype, String, String.prototype, Number,
    Number.prototype, Boolean.prototype, Math, JSON, Clock, RealDate.prototype, RegExp.prototype, Error,
    Error.prototype, TypeError.prototype, RangeError.prototype, SyntaxError.prototype, Uint8Array.prototype,
    getPrototypeOf(Uint8Array.prototype), console,
  ];
  const hidden = [
    function* () {}, async function () {}, async function* () {}, [][Symbol.iterator](), ""[Symbol.iterator](),
    new Map().entries(), new Set().values(), /a/g[Symbol.matchAll](""), [].values().map(quiet), RealDate,
  ];
  {
    const seen = new Set(watched);
    const walk = function (thing) {
      if ((typeof thing !== "object" && typeof thing !== "function") || thing === null) return;
      if (!seen.has(thing)) {
        seen.add(thing);
        inside(thing);
        freeze(thing);
      }
    };
    const inside = function (thing) {
      for (const key of ownKeys(thing)) {
        const own = getOwnPropertyDescriptor(thing, key);
        walk(own.value);
        walk(own.get);
        walk(own.set);
      }
      walk(getPrototypeOf(thing));
    };
    for (const thing of watched) inside(thing);
    for (const thing of hidden) walk(thing);
  }
  const owners = setPrototypeOf([], null);
  const names = setPrototypeOf([], null);
  const values = setPrototypeOf([], null);
  const originals = setPrototypeOf([], null);
  const sizes = setPrototypeOf([], null);
  const parents = setPrototypeOf([], null);
  const known = setPrototypeOf([], null);
  const { has } = Set.prototype;
  let facts = 0;
  for (let i = 0; i < watched.length; i++) {
    const own = ownKeys(watched[i]);
    sizes[i] = own.length;
    parents[i] = getPrototypeOf(watched[i]);
    known[i] = new Set(own);
    for (const name of own) {
      const original = setPrototypeOf(getOwnPropertyDescriptor(watched[i], name), null);
      if (!("value" in original)) {
        defineProperty(watched[i], name, { configurable: false });
        continue;
      }
      owners[facts] = watched[i];
      names[facts] = name;
      values[facts] = original.value;
      originals[facts] = original;
      facts++;
    }
  }

  // Undoes what a codec did to its realm (Object.assign replaced, a variable not declared), so that its next call finds
  // the realm of its first; says whether that worked. What it finds changed it puts back, what it finds new goes.
  function restored() {
    for (let i = 0; i < facts; i++) {
      const value = owners[i][names[i]];
      if (value !== values[i] && !is(value, values[i])) {
        if (!defineProperty(owners[i], names[i], originals[i])) return false;
      }
    }
    for (let i = 0; i < watched.length; i++) {
      const own = ownKeys(watched[i]);
      if (own.length !== sizes[i] && !swept(i, own)) return false;
      if (getPrototypeOf(watched[i]) !== parents[i]) return false;
    }
    return true;
  }
  function swept(i, own) {
    for (let k = 0; k < own.length; k++) {
      if (!apply(has, known[i], [own[k]]) && !deleteProperty(watched[i], own[k])) return false;
    }
    return true;
  }

  // ---- a result is copied into objects without prototypes, where no toJSON of a codec is found
  let room = 0;
  let refusal = null;
  function refuse(text) {
    refusal = text;
    throw refusal;
  }
  function spend(amount) {
    room -= amount;
    if (!(room >= 0)) refuse("expected a result of at most " + ROOM + " values and characters");
  }
  function copy(value, depth) {
    switch (typeof value) {
      case "string":
        spend(value.length);
        return apply(toWellFormed, value, NOTHING);
      case "number":
      case "boolean":
        return value;
      case "bigint":
        return isSafeInteger(NumberOf(value)) ? NumberOf(value) : StringOf(value);
      case "object":
        return value === null ? null : copied(value, depth + 1);
      default:
        return undefined;
    }
  }
  function copied(object, depth) {
    if (depth > DEEPEST) refuse("expected a result of at most " + DEEPEST + " levels, got more or a circle");
    if (isArray(object)) return listed(object, object.length, depth);
    const parent = getPrototypeOf(object);
    if (parent !== ObjectPrototype && parent !== null) {
      const plain = special(object, depth);
      if (plain !== undefined) return plain;
    }
    const own = keys(object);
    spend(own.length);
    const out = create(null);
    for (let i = 0; i < own.length; i++) {
      const value = copy(object[own[i]], depth);
      spend(own[i].length);
      if (value !== undefined) out[own[i]] = value;
    }
    return out;
  }
  function listed(list, length, depth) {
    if (typeof length !== "number") refuse("expected a list with a length");
    spend(length);
    const out = setPrototypeOf([], null);
    for (let i = 0; i < length; i++) {
      const value = copy(list[i], depth);
      out[i] = value === undefined ? null : value;
    }
    return out;
  }
  function special(object, depth) {
    if (isView(object)) {
      if (getPrototypeOf(object) === DataViewPrototype) return undefined;
      return listed(object, apply(lengthOfView, object, NOTHING), depth);
    }
    const time = tried(getTime, object);
    if (time !== undefined) return is(time, NaN) ? null : apply(toISOString, object, NOTHING);
    for (let i = 0; i < 3; i++) {
      const inner = tried(unboxers[i], object);
      if (inner !== undefined) return copy(inner, depth);
    }
    return undefined;
  }
  function tried(method, object) {
    try {
      return apply(method, object, NOTHING);
    } catch {
      return undefined;
    }
  }
  // The engine's JSON.stringify keeps a list of its own, into which a setter of a codec's Array.prototype can look: where
  // the realm could not be restored, this writes the copy instead.
  function written(value) {
    if (typeof value !== "object" || value === null) return stringify(value);
    const list = isArray(value);
    const own = list ? null : keys(value);
    const length = list ? value.length : own.length;
    let text = list ? "[" : "{";
    for (let i = 0; i < length; i++) {
      if (i > 0) text += ",";
      text += list ? written(value[i]) : stringify(own[i]) + ":" + written(value[own[i]]);
    }
    return text + (list ? "]" : "}");
  }
  function said(thrown) {
    try {
      const text = typeof thrown === "object" && thrown !== null && typeof thrown.message === "string"
        ? thrown.message : StringOf(thrown);
      return apply(cut, apply(toWellFormed, text, NOTHING), [0, SHOWN]);
    } catch {
      return "something that cannot be written as text";
    }
  }

  // ---- the calling conventions: TS013, then those of ChirpStack v3 and of The Things Stack v2
  const ways = create(null);
  ways.uplink = freeze(["decodeUplink", "Decode", "Decoder"]);
  ways.encode = freeze(["encodeDownlink", "Encode", "Encoder"]);
  function invoke(name, f, input) {
    switch (name) {
      case "Decode":
        return { data: f(input.fPort, input.bytes, input.variables) };
      case "Decoder":
        return { data: f(input.bytes, input.fPort) };
      case "Encode":
        return { bytes: f(input.fPort, input.data, input.variables) };
      case "Encoder":
        return { bytes: f(input.data, input.fPort) };
      default:
        return f(input);
    }
  }
  function method(place, name) {
    const there = place !== undefined && place !== null && typeof place[name] === "function";
    return there ? place[name] : undefined;
  }
  function found(scope, name) {
    if (typeof scope.own[name] === "function") return scope.own[name];
    return method(scope.module && scope.module.exports, name) || method(scope.exports, name) || method(scope.given, name);
  }

  return function boot(factory, Buffer) {
    if (typeof factory !== "function") return undefined;
    function called(entry, input) {
      const given = { exports: {} };
      const made = apply(factory, world, [given, given.exports, Buffer]);
      const scope = { own: made[0], module: made[1], exports: made[2], given: given.exports };
      const tries = ways[entry] === undefined ? [entry] : ways[entry];
      for (let i = 0; i < tries.length; i++) {
        const f = found(scope, tries[i]);
        if (f !== undefined) return invoke(tries[i], f, input);
      }
      refuse("expected the codec to have a function " + (ways[entry] === undefined ? entry : tries[0]));
    }
    function answered(entry, text) {
      const input = parse(text);
      if (input.recvTime === true) input.recvTime = new RealDate(now);
      const result = called(entry, input);
      if (typeof result !== "object" || result === null) {
        refuse("expected an object from the codec, got " + (result === null ? "null" : typeof result));
      }
      return copy(result, 0);
    }
    // "A" an answer as JSON, "R" no answer that can be taken, "T" thrown; "+" the realm is as it was, "-" it is not.
    return function run(entry, text, at) {
      now = at;
      dice = at | 0;
      room = ROOM;
      refusal = null;
      let answer = null;
      let problem = "";
      try {
        answer = answered(entry, text);
      } catch (thrown) {
        problem = refusal !== null ? "R" + refusal : "T" + said(thrown);
      }
      let clean = false;
      try {
        clean = restored();
        if (answer !== null) problem = "A" + (clean ? stringify(answer) : written(answer));
      } catch (thrown) {
        clean = false;
        problem = "T" + said(thrown);
      }
      // Not a sum: sums of long strings are ropes, which the binding does not know.
      return apply(join, [clean ? "+" : "-", problem], [""]);
    };
  };
})();
