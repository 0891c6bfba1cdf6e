import { userInfo } from 'node:os';
import { approveBatch, type BatchEffect, withdrawBatch } from '@quhua/engine';
import type { Command } from 'commander';
import { parseId } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import type { Output } from '../output.ts';

export function addBatchCommands(program: Command): void {
  withCommonOptions(program.command('approve'))
    .description('批准待核的批次 / take in a held batch')
    .argument('<batch>', '批次号 / batch id')
    .option('--reason <text>', '理由 / why', '人工核实')
    .action(async (batch: string, options: CommonOptions & { reason: string }) => {
      const context = contextOf(options);
      const id = parseId(batch);
      await using engine = await engineOf(context);
      printEffect(context.out, await approveBatch(engine, { id, by: person(), reason: options.reason }), '已批准');
    });
  withCommonOptions(program.command('withdraw'))
    .description('撤回批次：其数据自现在起不再采信 / stop believing a batch')
    .argument('<batch>', '批次号 / batch id')
    .requiredOption('--reason <text>', '理由 / why')
    .action(async (batch: string, options: CommonOptions & { reason: string }) => {
      const context = contextOf(options);
      const id = parseId(batch);
      await using engine = await engineOf(context);
      printEffect(context.out, await withdrawBatch(engine, { id, by: person(), reason: options.reason }), '已撤回');
    });
}

/** Whoever runs the command, for the record. */
export function person(): string {
  return userInfo().username;
}

function printEffect(out: Output, effect: BatchEffect, word: string): void {
  out.document(effect);
  const regions = new Set(effect.affected.map((item) => item.region));
  out.line(
    `${word}批次 ${effect.batch}：涉及 ${regions.size} 个县市的 ${effect.affected.length} 个月度数据，下次评估时重新推算`,
  );
}
