import { GatewayError } from '../../base/errors.ts';

/** That there is no such stored program: there are none at all. */
export function noRoutine(
  routine: 'procedure' | 'function' | 'trigger' | 'event',
  { name }: { readonly name: string },
): GatewayError {
  switch (routine) {
    case 'trigger':
      return new GatewayError('TRIGGER_MISSING', 'Trigger does not exist');
    case 'event':
      return new GatewayError('EVENT_MISSING', `Unknown event '${name}'`);
    default:
      return new GatewayError('UNKNOWN_FUNCTION', `${routine.toUpperCase()} ${name} does not exist`);
  }
}
