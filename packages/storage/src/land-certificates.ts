import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** Which number a certificate gets: 〔year〕核字第 serial 号. */
export async function nextCertificateSerial({ sql: db }: Tx, jurisdiction: string, year: number): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    insert into land_certificate_serial (jurisdiction, year, last) values (${jurisdiction}, ${year}, 1)
    on conflict (jurisdiction, year) do update set last = land_certificate_serial.last + 1 returning last
  `.execute(db);
  return rows[0]?.last ?? 1;
}

export type NewCertificate = {
  readonly jurisdiction: string;
  readonly year: number;
  readonly serial: number;
  readonly code: string;
  readonly decisionId: number;
  readonly regionId: number;
  readonly parcelKey: string;
  readonly at: Date;
  readonly by: string;
  readonly validUntil: string;
  readonly content: object;
  /** SHA-256 of each rendered file, by kind. */
  readonly files: Readonly<Record<string, string>>;
};
export type CertificateRecord = NewCertificate & {
  readonly id: number;
  /** Number of a certificate of the same parcel that was issued later; null if none was. */
  readonly supersededBy: string | null;
};

export async function saveCertificate({ sql: db }: Tx, input: NewCertificate): Promise<void> {
  await db
    .insertInto('land_certificate')
    .values({
      jurisdiction: input.jurisdiction,
      year: input.year,
      serial: input.serial,
      code: input.code,
      decision_id: input.decisionId,
      region_id: input.regionId,
      parcel_key: input.parcelKey,
      issued_at: input.at,
      issued_by: input.by,
      valid_until: input.validUntil,
      content: JSON.stringify(input.content),
      files: JSON.stringify(input.files),
    })
    .execute();
}

/** The certificate with a verification code, or undefined. */
export async function findCertificate(
  db: Db,
  jurisdiction: string,
  code: string,
): Promise<CertificateRecord | undefined> {
  const { rows } = await sql<{
    id: number;
    year: number;
    serial: number;
    code: string;
    decision_id: number;
    region_id: number;
    parcel_key: string;
    issued_at: Date;
    issued_by: string;
    valid_until: string;
    content: object;
    files: Record<string, string>;
    superseded_by: string | null;
  }>`
    select c.*, (select n.content->>'number' from land_certificate n
      where n.jurisdiction = c.jurisdiction and n.parcel_key = c.parcel_key and n.id > c.id order by n.id desc limit 1) as superseded_by
    from land_certificate c where c.jurisdiction = ${jurisdiction} and c.code = ${code}
  `.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    id: row.id,
    jurisdiction,
    year: row.year,
    serial: row.serial,
    code: row.code,
    decisionId: row.decision_id,
    regionId: row.region_id,
    parcelKey: row.parcel_key,
    at: row.issued_at,
    by: row.issued_by,
    validUntil: row.valid_until,
    content: row.content,
    files: row.files,
    supersededBy: row.superseded_by,
  };
}
