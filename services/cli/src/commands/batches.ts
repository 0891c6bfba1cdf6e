import type { BatchEffect } from '@quhua/engine';
import type { Command } from 'commander';
import { parseId } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import type { Output } from '../output.ts';
import { person } from '../person.ts';

type Options = CommonOptions & { reason: string };

export function approve(command: Command): void {
  withCommonOptions(command)
    .argument('<batch>', '批次号，见 quhua status / batch id')
    .option('--reason <text>', '理由 / why', '人工核实')
    .action(async (batch: string, options: Options) => {
      const id = parseId(batch);
      const context = await contextOf(options);
      const { approveBatch } = await import('@quhua/engine');
      await using engine = await engineOf(context);
      printEffect(context.out, await approveBatch(engine, { id, by: person(), reason: options.reason }), '已批准');
    });
}

export function withdraw(command: Command): void {
  withCommonOptions(command)
    .argument('<batch>', '批次号，见 quhua status / batch id')
    .requiredOption('--reason <text>', '理由 / why')
    .action(async (batch: string, options: Options) => {
      const id = parseId(batch);
      const context = await contextOf(options);
      const { withdrawBatch } = await import('@quhua/engine');
      await using engine = await engineOf(context);
      printEffect(context.out, await withdrawBatch(engine, { id, by: person(), reason: options.reason }), '已撤回');
    });
}

function printEffect(out: Output, effect: BatchEffect, word: string): void {
  out.document(effect);
  const regions = new Set(effect.affected.map((item) => item.region)).size;
  const records = effect.affected.length;
  out.line(
    `${word}批次 ${effect.batch}：涉及 ${regions} 个县市的 ${records} 个月度数据，下次评估时重新推算 / derived again at the next assessment`,
  );
}
