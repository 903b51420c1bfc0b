-- The facts of choice_answer: its words, which were made before, as those of campaign_answer were.

create or replace function public.aurora_proactive_choice_answer(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language sql
stable
set search_path = ''
return public.aurora_proactive_campaign_answer(p_organization, p_owner, p_message, p_now, p_options);

comment on function public.aurora_proactive_choice_answer(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an answer about which messages come and when: its text is given.';
