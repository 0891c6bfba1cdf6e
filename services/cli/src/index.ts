export { alertJson, inOrder, printAlerts } from './alert-table.ts';
export { printAssessments } from './assessment-table.ts';
export { BATCH_STATUS_TEXT } from './batch-text.ts';
export { tolerateClosedPipe } from './closed-pipe.ts';
export { fromCaller } from './context.ts';
export { reportFailure } from './failure.ts';
export { createOutput, type Output } from './output.ts';
