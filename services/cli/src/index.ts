export { printAlerts } from './alert-table.ts';
export { printAssessments } from './assessment-table.ts';
export { fromCaller } from './context.ts';
export { EXIT, reportFailure } from './failure.ts';
export { createOutput, type Output } from './output.ts';
