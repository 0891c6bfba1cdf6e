import { type LandCertificate, parseCode } from '@quhua/core';
import { fromBufferPromise } from 'yauzl';
import { isCertificate } from './certificate-shape.ts';
import { joinedProperties, SCRIPT_CLOSE, SCRIPT_OPEN } from './embed.ts';
import { CODE_LABEL } from './words.ts';

/** What was found in a file that someone holds for a certificate. Nothing of it is verified. */
export type CertificateReading = {
  readonly kind: 'html' | 'docx' | 'json' | 'unknown';
  /** From the data inside the file; null: none, damaged, or not of its form. */
  readonly certificate: LandCertificate | null;
  /** The code of that data. */
  readonly code: string | null;
  /** The code that a person sees. Where the two differ, the file was put together from others. */
  readonly visibleCode: string | null;
};

const UNKNOWN: CertificateReading = { kind: 'unknown', certificate: null, code: null, visibleCode: null };
const MOST_BYTES = 8 * 1024 * 1024;
const PROPERTIES = 'docProps/custom.xml';
const TEXT = 'word/document.xml';

/** Recognises a rendered certificate by its content. Errors: none; what cannot be read is null or `unknown`. */
export async function readCertificateFile(bytes: Uint8Array): Promise<CertificateReading> {
  if (bytes.byteLength > MOST_BYTES) return UNKNOWN;
  try {
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return await readDocx(bytes);
    const text = new TextDecoder('utf-8').decode(bytes);
    return /^\s*<(?:!doctype html|html)\b/iu.test(text) ? readHtml(text) : readJson(text);
  } catch {
    return UNKNOWN; // damage has no end of forms, and all of them are "not a certificate"
  }
}

function readJson(text: string): CertificateReading {
  const { certificate, code } = parsed(text);
  if (certificate === null && code === null) return UNKNOWN;
  return { kind: 'json', certificate, code, visibleCode: code };
}

function readHtml(text: string): CertificateReading {
  const parts = text.split(SCRIPT_OPEN);
  const json = parts.length === 2 ? (parts[1]?.split(SCRIPT_CLOSE)[0] ?? '') : ''; // two blocks would be two certificates
  const visible = text.replace(/<script\b[\s\S]*?<\/script>|<style\b[\s\S]*?<\/style>|<!--[\s\S]*?-->/giu, '');
  return { kind: 'html', ...parsed(json), visibleCode: visibleCodeOf(visible.replace(/<[^>]*>/gu, '')) };
}

async function readDocx(bytes: Uint8Array): Promise<CertificateReading> {
  const parts = await zipParts(bytes, [PROPERTIES, TEXT]);
  const text = parts.get(TEXT);
  if (text === undefined) return UNKNOWN;
  const properties = new Map<string, string>();
  for (const { groups } of (parts.get(PROPERTIES) ?? '').matchAll(PROPERTY)) {
    properties.set(groups?.name ?? '', unescaped(groups?.value ?? ''));
  }
  const visible = [...text.matchAll(/<w:t(?:\s[^>]*)?>([^<]*)</gu)].map(([, run]) => unescaped(run ?? '')).join('');
  return { kind: 'docx', ...parsed(joinedProperties(properties) ?? ''), visibleCode: visibleCodeOf(visible) };
}

const PROPERTY =
  /<(?:\w+:)?property\b[^>]*\bname="(?<name>[^"]*)"[^>]*>\s*<(?:\w+:)?lpwstr\b[^>]*>(?<value>[^<]*)<\/(?:\w+:)?lpwstr>/gu;

function parsed(json: string): Pick<CertificateReading, 'certificate' | 'code'> {
  try {
    const value: unknown = JSON.parse(json.replace(/^\ufeff/u, ''));
    const code = typeof value === 'object' && value !== null ? Reflect.get(value, 'code') : undefined;
    return {
      certificate: isCertificate(value) ? value : null,
      code: typeof code === 'string' ? parseCode(code) : null,
    };
  } catch {
    return { certificate: null, code: null };
  }
}

const VISIBLE = new RegExp(`${CODE_LABEL}[：:]\\s*(?<code>\\S{4}(?:-\\S{4}){3})`, 'gu');

/** The last one: whatever a parcel is called, the code stands below it. */
function visibleCodeOf(text: string): string | null {
  const shown = [...text.matchAll(VISIBLE)].at(-1)?.groups?.code;
  return shown === undefined ? null : parseCode(shown);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(xml: string): string {
  return xml.replace(/&(?:#(?<decimal>\d{1,7})|#x(?<hex>[\da-f]{1,6})|(?<name>\w+));/giu, (whole, ...found) => {
    const { decimal, hex, name } = found.at(-1);
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const letter = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return letter <= 0x10ffff ? String.fromCodePoint(letter) : whole;
  });
}

/** The named parts of a zip file as text; one that is not there, or unpacks to more than a certificate has, is left out. */
async function zipParts(bytes: Uint8Array, names: readonly string[]): Promise<Map<string, string>> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    lazyEntries: true,
  });
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    if (!names.includes(entry.fileName) || entry.uncompressedSize > MOST_BYTES) continue;
    if (parts.has(entry.fileName)) throw new Error('two parts have one name'); // readers differ in which of them they take
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece);
    parts.set(entry.fileName, Buffer.concat(pieces).toString('utf8'));
  }
  return parts;
}
