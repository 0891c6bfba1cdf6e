import { AppError } from '@quhua/core';

/** A number keeps the text it has in the source: a double would lose digits. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type JsonScalar = string | boolean | null | JsonNumber;
export type Json = JsonScalar | readonly Json[] | ReadonlyMap<string, Json>;

const DEEPEST = 16;
const FORBIDDEN_KEYS = ['__proto__', 'constructor', 'prototype'];
const TOKEN =
  /[\t\n\r ]*(?:(?<sign>[{}[\],:])|(?<text>"[^"\\]*(?:\\.[^"\\]*)*")|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])|(?<word>true|false|null)\b)/y;

type Token = { readonly kind: 'sign' | 'text' | 'number' | 'word'; readonly value: string };

/**
 * Reads JSON as it stands: numbers as text, objects as maps in the order written.
 *
 * Errors: invalid/JSON_INVALID with the line; JSON_DEPTH beyond 16 levels; JSON_KEY for a key that stands twice in one
 * object (which of the two is meant is not ours to say) or that acts on objects (`__proto__`).
 */
export function readJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text.replace(/^\ufeff/u, '');
  }

  value(depth: number): Json {
    if (depth > DEEPEST) throw this.#fault('JSON_DEPTH', `嵌套超过 ${DEEPEST} 层 / nested too deep`);
    const token = this.#next();
    switch (token.kind) {
      case 'text':
        return this.#unquoted(token.value);
      case 'number':
        return new JsonNumber(token.value);
      case 'word':
        return token.value === 'null' ? null : token.value === 'true';
    }
    if (token.value === '[') return this.#array(depth);
    if (token.value === '{') return this.#object(depth);
    throw this.#fault('JSON_INVALID', `不该有 ${token.value} / unexpected`);
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== '')
      throw this.#fault('JSON_INVALID', '末尾有多余内容 / text after the end');
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    if (this.#takes(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#takes(','));
    this.#expect(']');
    return items;
  }

  #object(depth: number): Map<string, Json> {
    const members = new Map<string, Json>();
    if (this.#takes('}')) return members;
    do {
      const token = this.#next();
      if (token.kind !== 'text') throw this.#fault('JSON_INVALID', '此处应为键 / a key is expected');
      const key = this.#unquoted(token.value);
      if (FORBIDDEN_KEYS.includes(key)) throw this.#fault('JSON_KEY', `不允许的键 ${key} / a key that is not allowed`);
      if (members.has(key)) throw this.#fault('JSON_KEY', `键 ${shown(key)} 写了两次 / a key stands twice`);
      this.#expect(':');
      members.set(key, this.value(depth + 1));
    } while (this.#takes(','));
    this.#expect('}');
    return members;
  }

  #next(): Token {
    TOKEN.lastIndex = this.#at;
    const groups = TOKEN.exec(this.#text)?.groups;
    if (groups === undefined) throw this.#fault('JSON_INVALID', '不是 JSON / not JSON');
    this.#at = TOKEN.lastIndex;
    for (const kind of ['sign', 'text', 'number', 'word'] as const) {
      const value = groups[kind];
      if (value !== undefined) return { kind, value };
    }
    throw this.#fault('JSON_INVALID', '不是 JSON / not JSON');
  }

  #takes(sign: string): boolean {
    const before = this.#at;
    const token = this.#next();
    if (token.kind === 'sign' && token.value === sign) return true;
    this.#at = before;
    return false;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#fault('JSON_INVALID', `此处应为 ${sign} / expected here`);
  }

  #unquoted(token: string): string {
    try {
      return JSON.parse(token) as string; // safe: the token is a quoted text
    } catch {
      throw this.#fault(
        'JSON_INVALID',
        '文字中有错误的转义或控制字符 / a wrong escape or a control character in a text',
      );
    }
  }

  #fault(code: string, message: string): AppError {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return new AppError('invalid', code, `第 ${line} 行：${message}`);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
