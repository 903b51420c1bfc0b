-- What came of messages: how answers were read, and whom a campaign leaves out to measure its effect.

alter table public.aurora_proactive_replies
  add column if not exists kind text,
  add column if not exists said text,
  add column if not exists rule smallint;
comment on column public.aurora_proactive_replies.kind is
  'How an owner answered: text, audio, sticker, reaction, other. Null: somebody else wrote, or before this was kept.';
comment on column public.aurora_proactive_replies.said is
  'What the answer said: yes, no, stop, other; null: a reaction that was taken back, or a message that was deleted.';
comment on column public.aurora_proactive_replies.rule is 'The version of the rules that read it.';
