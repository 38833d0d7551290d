/** The faces of RabbitMQ's kinds, fetched together. */
export { ExchangeFace } from './ExchangeFace.tsx';
export { QueueFace } from './QueueFace.tsx';
export { RabbitmqFace } from './RabbitmqFace.tsx';
