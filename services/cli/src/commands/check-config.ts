import { formatFault, readConfig } from '@quhua/config';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../context.ts';
import { EXIT } from '../failure.ts';

export function addCheckConfig(program: Command): void {
  withCommonOptions(program.command('check-config'))
    .description('检查配置，一次列出全部错误 / every fault of every file in one run')
    .action((options: CommonOptions) => {
      const { env, out } = contextOf(options);
      const { config, faults } = readConfig(env.configDir);
      out.document({ dir: env.configDir, faults });
      for (const fault of faults) out.line(formatFault(fault));
      if (config !== null && faults.length === 0) {
        const { name, regions, rulebook } = config.jurisdiction;
        out.line(
          `配置无误：${name}，${regions.length} 个县市，现行规则 ${rulebook}，共 ${config.rulebooks.size} 个规则版本`,
        );
        return;
      }
      out.note(`${faults.length} 处错误 / faults`);
      process.exitCode = EXIT.usage;
    });
}
