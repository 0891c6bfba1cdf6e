export { fileChannel } from './channels/file/index.ts';
export { type Channel, type Message, type MessageAlert, type MessageEvent, messageText } from './message.ts';
export { type Destination, type RoutedAlert, routeAlert } from './route.ts';
