// The part of Node's Buffer that ChirpStack gives to codecs; only those that speak of one get it.
(function () {
  "use strict";
  const { freeze, defineProperty } = Object;
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const text = function (bytes, encoding) {
    let out = "";
    if (encoding === "hex") {
      for (let i = 0; i < bytes.length; i++) out += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
    } else if (encoding === "base64") {
      for (let i = 0; i < bytes.length; i += 3) {
        const left = bytes.length - i;
        const three = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
        out += DIGITS[three >> 18] + DIGITS[(three >> 12) & 63];
        out += (left > 1 ? DIGITS[(three >> 6) & 63] : "=") + (left > 2 ? DIGITS[three & 63] : "=");
      }
    } else if (encoding === "utf8" || encoding === "utf-8" || encoding === undefined) {
      for (let i = 0; i < bytes.length; i++) out += "%" + (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
      try {
        return decodeURIComponent(out);
      } catch {
        return text(bytes, "latin1");
      }
    } else {
      for (let i = 0; i < bytes.length; i++) out += String.fromCharCode(encoding === "ascii" ? bytes[i] & 127 : bytes[i]);
    }
    return out;
  };
  const octets = function (given, encoding) {
    const out = [];
    if (encoding === "hex") {
      for (let i = 0; i + 1 < given.length; i += 2) out[out.length] = parseInt(given.slice(i, i + 2), 16);
    } else if (encoding === "base64") {
      let bits = 0;
      let held = 0;
      for (let i = 0; i < given.length; i++) {
        const digit = DIGITS.indexOf(given[i] === "-" ? "+" : given[i] === "_" ? "/" : given[i]);
        if (digit < 0) continue;
        held = ((held << 6) | digit) & 0xffff;
        bits += 6;
        if (bits >= 8) out[out.length] = (held >> (bits -= 8)) & 255;
      }
    } else if (encoding === "latin1" || encoding === "binary" || encoding === "ascii") {
      for (let i = 0; i < given.length; i++) out[i] = given.charCodeAt(i) & 255;
    } else {
      const escaped = encodeURIComponent(given);
      for (let i = 0; i < escaped.length; i++) {
        out[out.length] = escaped[i] === "%" ? parseInt(escaped.slice(i + 1, (i += 2) + 1), 16) : escaped.charCodeAt(i);
      }
    }
    return out;
  };
  class Buffer extends Uint8Array {
    static from(given, encoding) {
      if (typeof given === "string") return super.from(octets(given, encoding));
      return given instanceof ArrayBuffer ? new Buffer(given) : super.from(given);
    }
    static alloc(size, fill) {
      const made = new Buffer(size);
      return fill === undefined ? made : made.fill(fill);
    }
    static concat(list) {
      const out = [];
      for (const one of list) for (const octet of one) out[out.length] = octet;
      return super.from(out);
    }
    static isBuffer(thing) {
      return thing instanceof Buffer;
    }
    slice(start, end) {
      return this.subarray(start, end);
    }
    toString(encoding, start, end) {
      return text(this.subarray(start, end), encoding);
    }
    equals(other) {
      return text(this, "hex") === text(other, "hex");
    }
    readUIntBE(at, width) {
      let value = 0;
      for (let i = 0; i < width; i++) value = value * 256 + this[at + i];
      return value;
    }
    readUIntLE(at, width) {
      let value = 0;
      for (let i = width - 1; i >= 0; i--) value = value * 256 + this[at + i];
      return value;
    }
    readIntBE(at, width) {
      const value = this.readUIntBE(at, width);
      return value >= 2 ** (8 * width - 1) ? value - 2 ** (8 * width) : value;
    }
    readIntLE(at, width) {
      const value = this.readUIntLE(at, width);
      return value >= 2 ** (8 * width - 1) ? value - 2 ** (8 * width) : value;
    }
  }
  Buffer.allocUnsafe = Buffer.alloc;
  const view = function (buffer) {
    return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  };
  const add = function (name, value) {
    defineProperty(Buffer.prototype, name, { value });
    if (name.includes("UInt")) defineProperty(Buffer.prototype, name.replace("UInt", "Uint"), { value });
  };
  for (const kind of ["Int8", "Uint8", "Int16", "Uint16", "Int32", "Uint32", "BigInt64", "BigUint64", "Float32", "Float64"]) {
    const name = kind.replace("Uint", "UInt").replace("Float32", "Float").replace("Float64", "Double");
    const width = Number(kind.match(/\d+/)[0]) / 8;
    for (const order of width === 1 ? [""] : ["BE", "LE"]) {
      add("read" + name + order, function (at = 0) {
        return view(this)["get" + kind](at, order === "LE");
      });
      add("write" + name + order, function (value, at = 0) {
        view(this)["set" + kind](at, value, order === "LE");
        return at + width;
      });
    }
  }
  freeze(Buffer.prototype);
  return freeze(Buffer);
})();
