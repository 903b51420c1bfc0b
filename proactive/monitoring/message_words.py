"""The words of what is so of the queue, the alerts, the records, the instances and the messages."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.monitoring.condition_words import ConditionWords

MESSAGE_WORDS: Mapping[str, ConditionWords] = {
    "queue_stands": ConditionWords(
        "bad", "the queue does not move: its first job has waited for {seconds} seconds and no worker is busy",
        "Look at the workers' log and restart them.",
        "A fila não anda: o primeiro espera há {seconds} e nenhum worker trabalha",
        "Veja o registro dos workers e reinicie-os.",
    ),
    "queue_late": ConditionWords(
        "warn", "the first job in the queue has waited for {seconds} seconds", "Start more workers if it stays.",
        "A fila está atrasada: o primeiro espera há {seconds}", "Se continuar assim, inicie mais workers.",
    ),
    "queue_overdue": ConditionWords(
        "bad", "jobs that nobody put back on the queue when they were due: {count}",
        "Start the scheduler, or a worker of the Procfile: they do the maintenance.",
        "{count} jobs já deviam ter voltado à fila e ninguém os moveu",
        "Inicie o agendador ou um worker do Procfile: eles fazem a manutenção.",
        "1 job já devia ter voltado à fila e ninguém o moveu",
    ),
    "records_unwritten": ConditionWords(
        "warn", "records that wait in Redis for Supabase: {count}", "They are written when Supabase takes them again.",
        "{count} registros esperam o Supabase", "São gravados sozinhos quando o Supabase os aceitar.",
        "1 registro espera o Supabase",
    ),
    "records_refused": ConditionWords(
        "warn", "records that Supabase refused for good: {count}", "They lie in aurora:outbox:refused.",
        "{count} registros foram recusados de vez pelo Supabase",
        "As mensagens saíram, mas não aparecem aqui. O registro dos workers diz por quê.",
        "1 registro foi recusado de vez pelo Supabase",
    ),
    "alerts_never": ConditionWords(
        "warn", "the alerts were never evaluated", "Start the scheduler: it evaluates them every minute.",
        "Os alertas nunca foram verificados", "O agendador os verifica a cada minuto: inicie-o.",
    ),
    "alerts_stale": ConditionWords(
        "warn", "the alerts were last evaluated {seconds} seconds ago",
        "Start the scheduler: it evaluates them every minute.",
        "Os alertas não são verificados desde {since}", "O agendador os verifica a cada minuto: inicie-o de novo.",
    ),
    "alerts_partly": ConditionWords(
        "warn", "the alerts about messages were last evaluated {seconds} seconds ago",
        "The scheduler could not read Supabase since.",
        "Os alertas sobre mensagens não são verificados desde {since}", "O Supabase não pôde ser lido pelo agendador.",
    ),
    "alert_raised": ConditionWords(
        "bad", "raised: {names}", "docs/operations.md says what each means.",
        "{count} alertas ativos", "Estão abaixo, cada um com as mensagens de que fala.", "1 alerta ativo",
    ),
    "instances_stopped": ConditionWords(
        "bad", "instances that WhatsApp's answers stopped: {count}",
        "Look after the number, then release it in the panel.",
        "{count} instâncias estão paradas para proteger o número", "Veja a causa em cada uma; quando puder, libere.",
        "1 instância está parada para proteger o número",
    ),
    "instances_failing": ConditionWords(
        "bad", "instances that are called connected, from which the last messages failed: {count}",
        "Connect them again by QR code at the gateway.",
        "{count} instâncias se dizem conectadas, mas os envios falham",
        "Reconecte-as pelo QR code no gateway; depois reenvie o que falhou.",
        "1 instância se diz conectada, mas os envios falham",
    ),
    "instances_down": ConditionWords(
        "bad", "instances that are not connected: {count}",
        "Connect them by QR code at the gateway, or in the product.",
        "{count} instâncias estão fora do ar",
        "Conecte-as pelo QR code no produto ou no gateway; depois reenvie o que falhou.",
        "1 instância está fora do ar",
    ),
    "instances_unproven": ConditionWords(
        "warn", "instances that are open again, from which nothing went out since messages failed: {count}",
        "The next message will show it.",
        "{count} instâncias voltaram, e nada saiu por elas desde as falhas", "Reenvie o que falhou: isso o mostra.",
        "1 instância voltou, e nada saiu por ela desde as falhas",
    ),
    "instances_connecting": ConditionWords(
        "warn", "instances that are connecting: {count}", "Wait; what waits goes out by itself.",
        "{count} instâncias estão se conectando", "Espere: ao conectar, as mensagens saem sozinhas.",
        "1 instância está se conectando",
    ),
    "undelivered": ConditionWords(
        "bad", "of {judged} messages of the last hour {count} were refused by WhatsApp or not heard of again",
        "Look at their instances before more is sent.",
        "{count} de {judged} mensagens da última hora foram recusadas ou ficaram sem confirmação",
        "Veja de que instâncias são antes de reenviar: o número pode estar bloqueado.",
        "1 de {judged} mensagens da última hora foi recusada ou ficou sem confirmação",
    ),
    "unheard": ConditionWords(
        "warn", "no instance tells receipts: nobody knows what arrived", "Set the gateway's webhook (docs/api.md).",
        "Não se sabe o que foi entregue: o gateway não nos avisa",
        "Configure o webhook das instâncias na Evolution API (docs/api.md).",
    ),
    "failed_lately": ConditionWords(
        "bad", "messages that failed in the last hour: {count}",
        "/mensagens?situacao=failed lists them with what to do.",
        "{count} mensagens falharam na última hora", "Cada motivo diz o que fazer; depois reenvie.",
        "1 mensagem falhou na última hora",
    ),
    "paused": ConditionWords(
        "warn", "paused: {what}", "The panel, or scripts/pause.py, resumes them.",
        "{count} pausas seguram mensagens", "Estão abaixo, cada uma com o botão de retomar.",
        "1 pausa segura mensagens",
    ),
}  # fmt: skip
