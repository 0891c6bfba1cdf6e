import { dayAt, EXIT } from '@quhua/core';
import { systemClock } from '@quhua/runtime';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../context.ts';

export function checkConfig(command: Command): void {
  withCommonOptions(command).action(async (options: CommonOptions) => {
    const { env, out } = await contextOf(options);
    const { calendarNotes, formatFault, readConfig } = await import('@quhua/config');
    const { config, faults } = readConfig(env.configDir);
    if (config === null) {
      const message = `配置有 ${faults.length} 处错误：${env.configDir} / ${faults.length} faults in the configuration`;
      const error = { kind: 'invalid', code: 'CONFIG_INVALID', message, details: faults };
      out.document({ dir: env.configDir, faults, error });
      for (const fault of faults) out.line(formatFault(fault));
      if (!out.json) out.note(message);
      process.exitCode = EXIT.usage;
      return;
    }
    const { name, regions, rulebook, timezone } = config.jurisdiction;
    const notes = calendarNotes(config, dayAt(systemClock(), timezone));
    out.document({ dir: env.configDir, faults, notes });
    out.line(`${out.paint('green', '配置无误')}：${env.configDir} / no faults`);
    out.line(
      `${name}，${regions.length} 个县市，现行规则 ${rulebook}，规则版本 ${[...config.rulebooks.keys()].join('、')}`,
    );
    for (const note of notes) out.line(out.paint('yellow', `注意：${note}`));
  });
}
