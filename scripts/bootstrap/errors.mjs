/** A failure whose message tells the person what to do; shown without a stack. */
export class SetupError extends Error {
  constructor(message, exitCode = 5) {
    super(message);
    this.exitCode = exitCode;
  }
}
