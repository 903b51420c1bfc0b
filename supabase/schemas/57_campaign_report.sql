-- The facts of campaign_report: its words, which were made before.

create or replace function public.aurora_proactive_campaign_report(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', (p_now at time zone (v_context ->> 'timezone'))::date, 'fires', true, 'text', p_options ->> 'text'));
end
$$;

comment on function public.aurora_proactive_campaign_report(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of what an owner is told of a campaign: its text is given.';
