"""The words of changes: what a person did, as the pages and the API say it (Portuguese)."""

from __future__ import annotations

#: By the action of a change: what somebody did.
WORDS: dict[str, str] = {
    "sending_paused": "Pausou os envios",
    "sending_resumed": "Retomou os envios",
    "message_requested": "Pediu uma mensagem",
    "message_sent_now": "Mandou enviar agora",
    "message_skipped": "Pulou uma mensagem",
    "message_unskipped": "Voltou atrás de pular",
    "message_resent": "Reenviou uma mensagem",
    "message_cancelled": "Cancelou uma mensagem agendada",
    "campaign_made": "Criou uma campanha",
    "campaign_previewed": "Montou a prévia de uma campanha",
    "campaign_confirmed": "Confirmou uma campanha",
    "campaign_paused": "Pausou uma campanha",
    "campaign_resumed": "Continuou uma campanha",
    "campaign_stopped": "Encerrou uma campanha",
    "campaign_declined": "Cancelou uma campanha",
    "campaign_changed": "Mudou uma campanha",
    "campaign_clients_removed": "Tirou clientes de uma campanha",
    "campaigns_accepted": "Aceitou as condições das campanhas",
    "campaign_settings_changed": "Mudou os ajustes das campanhas",
    "effect_measured": "Ligou ou desligou medir o efeito das campanhas",
    "opt_out_added": "Incluiu um descadastro",
    "opt_out_confirmed": "Confirmou um descadastro",
    "opt_out_ended": "Desfez um descadastro",
    "block_list_imported": "Importou uma lista de bloqueio",
    "consent_given": "Registrou um consentimento",
    "person_erased": "Apagou os dados de um cliente",
    "words_saved": "Guardou um texto",
    "words_published": "Publicou um texto",
    "words_restored": "Voltou a uma versão antiga de um texto",
    "words_unpublished": "Voltou ao texto da casa",
    "send_time_changed": "Mudou a hora de um aviso",
    "day_closed": "Marcou que a loja fecha",
    "day_opened": "Marcou que a loja abre",
    "day_hours_set": "Marcou outro horário",
    "day_unsaid": "Desfez o que marcou de um dia",
    "place_confirmed": "Disse onde a loja fica",
    "place_removed": "Tirou o lugar da loja",
    "holidays_followed": "Ligou os feriados",
    "holidays_unfollowed": "Desligou os feriados",
    "holidays_declined": "Não quis seguir os feriados",
    "holiday_opened": "Disse que abre em feriado",
    "holiday_unopened": "Disse que não abre mais em feriado",
    "daily_summary_switched": "Mudou o resumo em dias fechados",
    "feed_added": "Assinou uma agenda",
    "feed_removed": "Deixou de assinar uma agenda",
    "instance_released": "Liberou um número parado",
    "workers_resumed": "Retomou os workers",
    "job_requeued": "Devolveu um job à fila",
    "job_deleted": "Apagou um job",
    "queue_changed": "Mudou a fila",
    "schedule_run": "Executou um agendamento",
    "api_key_made": "Criou uma chave da API",
}


def words_of(action: str) -> str:
    """What somebody did; an action that has no words yet is said as it is written."""
    return WORDS.get(action, action.replace("_", " ").capitalize())
