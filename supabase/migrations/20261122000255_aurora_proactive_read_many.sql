-- The readings of several messages in one request.

create or replace function public.aurora_proactive_read_many(p_asked jsonb, p_seconds double precision)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  ends constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  readings jsonb[] := '{}';
  asked jsonb;
  reading jsonb;
begin
  for asked in select value from jsonb_array_elements(p_asked) with ordinality order by ordinality loop
    execute format('select public.%I($1, $2, $3, $4, $5)', 'aurora_proactive_' || (asked ->> 'type'))
       into reading
      using (asked ->> 'organization')::uuid, (asked ->> 'owner')::uuid, (asked ->> 'message')::uuid,
            (asked ->> 'now')::timestamptz, asked -> 'options';
    readings := readings || reading;
    exit when clock_timestamp() >= ends;
  end loop;
  return to_jsonb(readings);
end
$$;

comment on function public.aurora_proactive_read_many(jsonb, double precision) is
  'Readings of [{"type", "organization", "owner", "message", "now", "options"}] in that order, each by the function of '
  'its type. Stops after p_seconds and at least one, so that a large business keeps no other waiting.';

revoke all on function public.aurora_proactive_read_many(jsonb, double precision) from public, anon, authenticated;
grant execute on function public.aurora_proactive_read_many(jsonb, double precision) to service_role;
