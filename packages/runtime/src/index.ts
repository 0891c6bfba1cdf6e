export { type Clock, systemClock } from './clock.ts';
export { type Env, parseEnv, readEnv } from './env.ts';
export { createLogger, type Logger, silentLogger } from './logger.ts';
export { Shutdown, type ShutdownOptions, untilStopSignal } from './shutdown.ts';
