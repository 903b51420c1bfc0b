-- What counts as a value. The product's tables take more than its screens do: a price NaN, a moment infinity, a booking
-- that ends before it begins. Such a value counts as not there, so that it costs its own figure and not the message;
-- 62_odd_values.sql finds them for operators (docs/decisions/0037-odd-values-of-the-product.md). As in 30_bookings.sql,
-- conditions are expressions, which PostgreSQL puts into the queries that use them.

create or replace function public.aurora_proactive_is_moment(p_at timestamptz)
returns boolean
language sql
immutable
return
  p_at >= timestamptz '0001-01-01 00:00:00+00' and p_at < timestamptz '10000-01-01 00:00:00+00';

comment on function public.aurora_proactive_is_moment(timestamptz) is
  'Whether this is a moment of the years 1 to 9999: not infinity, not before Christ, nothing that a typing error made.';

create or replace function public.aurora_proactive_moment(p_at timestamptz)
returns timestamptz
language sql
immutable
return
  case when public.aurora_proactive_is_moment(p_at) then p_at end;

comment on function public.aurora_proactive_moment(timestamptz) is
  'The moment; null where it is none.';

create or replace function public.aurora_proactive_price(p_price numeric)
returns numeric
language sql
immutable
return
  -- NaN is greater than every number.
  case when p_price > -1e10 and p_price < 1e10 then p_price end;

comment on function public.aurora_proactive_price(numeric) is
  'The price; null where it is no amount of money: NaN, infinite, ten digits and more.';

create or replace function public.aurora_proactive_minutes(p_minutes integer)
returns integer
language sql
immutable
return
  case when p_minutes between 1 and 366 * 24 * 60 then p_minutes end;

comment on function public.aurora_proactive_minutes(integer) is
  'The duration in minutes; null where it is none: zero, negative, longer than a year.';
