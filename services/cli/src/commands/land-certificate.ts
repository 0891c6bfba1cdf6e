import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, EXIT, formatCode } from '@quhua/core';
import type { Command } from 'commander';
import { parseId } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, fromCaller, withCommonOptions } from '../context.ts';
import { printVerification } from '../land-text.ts';
import { person } from '../person.ts';

/** Adds `certificate` and `verify` to `land`. */
export function certificateCommands(command: Command): void {
  withCommonOptions(command.command('certificate').description('签发核查单 / issue the certificate of a decision'))
    .argument('<id>', '核查编号 / id of the decision')
    .option('--out <dir>', '写到哪个文件夹 / folder for the files', '.')
    .action((id: string, _: CommonOptions, child: Command) => issue(parseId(id), child.optsWithGlobals()));
  withCommonOptions(command.command('verify').description('验真：真实、过期、被取代、不符、查无 / is it genuine'))
    .argument('[code]', '核查单上的验证码 / code on the certificate')
    .option('--file <file>', '核查单文件，连内容一起验 / the file, to be compared too')
    .action((code: string | undefined, _: CommonOptions, child: Command) => verify(code, child.optsWithGlobals()));
}

async function issue(id: number, options: CommonOptions & { out: string }): Promise<void> {
  const context = await contextOf(options);
  const { issueCertificate } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { certificateKeys, publicUrl } = context.env;
  const issued = await issueCertificate(engine, { id, by: person(), keys: certificateKeys(), publicUrl });
  const folder = fromCaller(context.env, options.out);
  await mkdir(folder, { recursive: true });
  const paths: Record<string, string> = {};
  for (const [kind, bytes] of Object.entries(issued.files)) {
    const path = join(folder, `住宅用地供应核查单_${issued.number}.${kind}`);
    await writeFile(path, bytes);
    paths[kind] = path;
  }
  const { number, code, decisionId, validUntil } = issued;
  context.out.document({ number, code, decisionId, validUntil, files: paths });
  context.out.line(`核查单 ${number}  验证码 ${formatCode(code)}  有效期至 ${validUntil}`);
  for (const path of Object.values(paths)) context.out.line(`  ${path}`);
}

async function verify(code: string | undefined, options: CommonOptions & { file?: string }): Promise<void> {
  const context = await contextOf(options);
  const { verifyCertificate } = await import('@quhua/engine');
  const file = options.file === undefined ? {} : { file: await readGiven(fromCaller(context.env, options.file)) };
  await using engine = await engineOf(context);
  const keys = context.env.certificateKeys();
  const found = await verifyCertificate(engine, { ...file, ...(code === undefined ? {} : { code }), keys });
  context.out.document(found);
  printVerification(context.out, found, engine.config.jurisdiction.timezone);
  if (found.state === 'unknown') process.exitCode = EXIT.notFound;
  else if (found.state !== 'genuine') process.exitCode = EXIT.refused;
}

async function readGiven(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('not_found', 'FILE_NOT_FOUND', `读不了文件 ${path}（${error.code}） / cannot read the file`);
  });
}
