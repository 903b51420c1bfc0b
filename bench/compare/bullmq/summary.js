'use strict';
// The daily summary of a business: three reads and a text.
const { DateTime } = require('luxon');
const { must, supabase } = require('./clients');

const money = new Intl.NumberFormat('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function compose({ bookings, total, newClients, pending }, timezone) {
  const completed = bookings.filter((booking) => booking.status === 'completed');
  const revenue = completed.reduce((sum, booking) => sum + Number(booking.price ?? booking.services?.price ?? 0), 0);
  const highlights = completed.slice(0, 5).map((booking) => {
    const at = DateTime.fromISO(booking.start_time, { zone: timezone }).toFormat('HH:mm');
    return `- ${booking.pets?.name ?? 'Pet'} - ${booking.services?.name ?? 'Serviço'} às ${at}`;
  });
  return [
    'Olá! Aqui está o resumo do seu dia 📊', '',
    `🎉 Agendamentos: ${total}`, `💰 Receita: R$ ${money.format(revenue)}`,
    `👥 Novos clientes: ${newClients}`, `⏳ Pendentes: ${pending}`, '',
    'Destaques de hoje:', ...highlights, '', 'Ótimo trabalho! Continue assim! 🚀',
  ].join('\n');
}

exports.dailySummary = async (organizationId, timezone) => {
  const day = DateTime.now().setZone(timezone).startOf('day');
  const [from, to] = [day.toUTC().toISO(), day.plus({ days: 1 }).toUTC().toISO()];
  const { data: bookings, count: total } = must(await supabase.from('bookings')
    .select('id, start_time, status, price, services(name, price), pets(name)', { count: 'exact' })
    .eq('organization_id', organizationId).gte('start_time', from).lt('start_time', to).order('start_time').order('id'));
  const { count: newClients } = must(await supabase.from('contacts').select('id', { count: 'exact', head: true })
    .eq('organization_id', organizationId).gte('created_at', from).lt('created_at', to));
  const { count: pending } = must(await supabase.from('bookings').select('id', { count: 'exact', head: true })
    .eq('organization_id', organizationId).eq('status', 'pending').gte('start_time', from));
  const facts = { bookings, total, newClients, pending };
  return { content: compose(facts, timezone), metadata: { bookings: total, newClients, pending } };
};
