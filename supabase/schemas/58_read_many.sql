-- The contexts of several messages in one request.

create or replace function public.aurora_proactive_read_many(p_requests jsonb, p_seconds double precision)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ends constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_contexts jsonb[] := '{}';
  v_message jsonb;
  v_context jsonb;
  v_words jsonb;
begin
  for v_message in select value from jsonb_array_elements(p_requests) with ordinality order by ordinality loop
    execute format('select public.%I($1, $2, $3, $4, $5)', 'aurora_proactive_' || (v_message ->> 'type'))
       into v_context
      using (v_message ->> 'organization')::uuid, (v_message ->> 'owner')::uuid, (v_message ->> 'message')::uuid,
            (v_message ->> 'now')::timestamptz, v_message -> 'options';
    v_words := public.aurora_proactive_published_template((v_message ->> 'organization')::uuid, v_message ->> 'type');
    -- who has no words of their own has the context of before
    v_contexts := v_contexts || case when v_words is null then v_context
                                     else v_context || jsonb_build_object('words', v_words) end;
    -- who measures what campaigns bring leaves some clients out
    v_contexts[cardinality(v_contexts)] := v_contexts[cardinality(v_contexts)] || coalesce((
      select jsonb_build_object('written_share', s.written_share)
        from public.aurora_proactive_campaign_settings s
       where s.organization_id = (v_message ->> 'organization')::uuid and s.written_share is not null), '{}');
    exit when clock_timestamp() >= v_ends;
  end loop;
  return to_jsonb(v_contexts);
end
$$;

comment on function public.aurora_proactive_read_many(jsonb, double precision) is
  'The contexts of [{"type", "organization", "owner", "message", "now", "options"}] in that order, each by the '
  'function of its type, with "words", the business''s own published ones, where there are some, and '
  '"written_share" where the effect of campaigns is measured. Stops after p_seconds and at least one, so that a large '
  'business keeps no other waiting.';
