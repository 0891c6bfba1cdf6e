export { DEFAULT_ALERTS } from './alerts.ts';
export { DEFAULT_DELIVERY_CONFIG, type DeliveryConfig } from './delivery.ts';
export { type ConfigFault, FAULT_CODES, type FaultCode, formatFault } from './fault.ts';
export { DEFAULT_FEEDS } from './feeds.ts';
export { type MappingReading, readMapping } from './mappings.ts';
export { type Config, type ConfigReading, getRulebook, loadConfig, readConfig } from './read-config.ts';
export { DEFAULT_SCHEDULE } from './schedule.ts';
export { DEFAULT_SOURCES } from './sources.ts';
