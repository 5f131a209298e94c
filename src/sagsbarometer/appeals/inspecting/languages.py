"""Words of extracts in other languages than Danish and English: a short list of what is common, by language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = (
    "dansk, engelsk, tysk, fransk, spansk, italiensk, portugisisk, polsk, nederlandsk, svensk, norsk og græsk"
)

# Target to what its header says in each language, as patterns on small letters with blanks for other signs.
OTHER_HEADERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "case_id": {
            "de": r"aktenzeichen|geschäftszeichen|fallnummer|fall ?nr|verfahrensnummer|vorgangsnummer",
            "fr": r"num(é|e)ro (de|du) (dossier|recours|plainte)|n dossier|dossier n|r(é|e)f(é|e)rence du dossier",
            "es": r"n(ú|u)mero de (expediente|caso|recurso)|n expediente|^expediente$",
            "it": r"numero (di )?(pratica|fascicolo|ricorso|caso)|^fascicolo$",
            "pt": r"n(ú|u)mero (do|de) (processo|caso|recurso)|n processo|^processo$",
            "pl": r"numer sprawy|nr sprawy|sygnatura",
            "nl": r"zaaknummer|dossiernummer|zaak ?nr",
            "sv": r"ärendenummer|ärende ?nr|diarienummer|målnummer|mål ?nr",
            "no": r"saksnummer|saks ?nr",
            "el": r"αριθμ[οό]ς υπ[οό]θεσης|αρ υπ[οό]θεσης",
        },
        "received_on": {
            "de": r"eingangsdatum|eingegangen|eingang|beschwerdedatum|widerspruchsdatum",
            "fr": r"date de r(é|e)ception|re(ç|c)u le|date de (la )?(plainte|saisine)|date du recours|"
            r"date de d(é|e)p(ô|o)t",
            "es": r"fecha de (recepci(ó|o)n|entrada|presentaci(ó|o)n|recurso|queja)|recibid[oa]",
            "it": r"data (di )?(ricezione|presentazione|ricorso|reclamo|arrivo)|ricevuto",
            "pt": r"data d[eoa] (rece(p|)(ç|c)(ã|a)o|recebimento|entrada|recurso|queixa)|recebid[oa]",
            "pl": r"data (wp(ł|l)ywu|z(ł|l)o(ż|z)enia|otrzymania)",
            "nl": r"ontvangen|ontvangstdatum|datum (van )?ontvangst|datum (klacht|bezwaar)",
            "sv": r"mottag|inkom|ankomstdatum|överklagandedatum",
            "no": r"mottatt|mottaksdato|innkommet|klagedato",
            "el": r"ημερομην[ιί]α (παραλαβ[ηή]ς|υποβολ[ηή]ς)",
        },
        "decided_on": {
            "de": r"entscheidungsdatum|entschieden am|datum der entscheidung|bescheiddatum|beschlussdatum|urteilsdatum|"
            r"erledigt am|abgeschlossen am|abschlussdatum",
            "fr": r"date de (la )?d(é|e)cision|d(é|e)cid(é|e) le|date d[ue] jugement|date de cl(ô|o)ture",
            "es": r"fecha de (la )?(resoluci(ó|o)n|decisi(ó|o)n|sentencia|cierre)",
            "it": r"data (della |di )?(decisione|sentenza|chiusura|delibera)",
            "pt": r"data d[ae] (decis(ã|a)o|senten(ç|c)a|encerramento|conclus(ã|a)o)",
            "pl": r"data (decyzji|orzeczenia|rozstrzygni(ę|e)cia|zamkni(ę|e)cia|wyroku)",
            "nl": r"datum (van )?(beslissing|besluit|uitspraak|afsluiting)|beslisdatum|besluitdatum|afgesloten",
            "sv": r"beslutsdatum|beslutad|avgjord|avgörandedatum|domsdatum|avslutad",
            "no": r"vedtaksdato|avgjort|avgjørelsesdato|avsluttet",
            "el": r"ημερομην[ιί]α (απ[οό]φασης|[εέ]κδοσης)",
        },
        "registered_at": {
            "de": r"aktualisiert|geändert|änderungsdatum|stand vom|datenstand",
            "fr": r"mis(e)? (à|a) jour|modifi(é|e)|date de modification",
            "es": r"actualiza(do|ci(ó|o)n)|modifica(do|ci(ó|o)n)",
            "it": r"aggiorna(to|mento)|modifica(to)?\b",
            "pt": r"atualiza(do|da|(ç|c)(ã|a)o)|modifica(do|(ç|c)(ã|a)o)",
            "pl": r"aktualizac|zmodyfikowano|data zmiany",
            "nl": r"bijgewerkt|gewijzigd|wijzigingsdatum",
            "sv": r"uppdaterad|ändrad|senast ändrad",
            "no": r"oppdatert|endret",
            "el": r"ενημ[εέ]ρωση|τροποπο[ιί]ηση",
        },
        "authority": {
            "de": r"behörde|gemeinde|stadt\b|landkreis|beklagte",
            "fr": r"autorit(é|e)|commune|organisme|administration|d(é|e)fendeur",
            "es": r"autoridad|municipio|organismo|administraci(ó|o)n|ayuntamiento",
            "it": r"autorit(à|a)|comune\b|ente\b|amministrazione",
            "pt": r"autoridade|munic(í|i)pio|entidade|c(â|a)mara municipal",
            "pl": r"organ\b|urz(ą|a)d|gmina",
            "nl": r"bestuursorgaan|gemeente|instantie|overheid",
            "sv": r"myndighet|kommun\b",
            "no": r"myndighet|kommune|etat\b",
            "el": r"αρχ[ηή]\b|δ[ηή]μος|φορ[εέ]ας",
        },
        "outcome": {
            "de": r"ergebnis|entscheidung|ausgang|tenor",
            "fr": r"r(é|e)sultat|d(é|e)cision|issue|sens de la d",
            "es": r"resultado|resoluci(ó|o)n|decisi(ó|o)n|fallo",
            "it": r"esito|decisione|risultato",
            "pt": r"resultado|decis(ã|a)o|desfecho",
            "pl": r"rozstrzygni(ę|e)cie|wynik|decyzja",
            "nl": r"uitkomst|beslissing|resultaat|oordeel|uitspraak",
            "sv": r"utfall|beslut\b|utgång|resultat",
            "no": r"utfall|vedtak|avgjørelse|resultat",
            "el": r"αποτ[εέ]λεσμα|απ[οό]φαση|[εέ]κβαση",
        },
        "category": {
            "de": r"sachgebiet|thema|kategorie|bereich|gegenstand|rechtsgebiet",
            "fr": r"cat(é|e)gorie|mati(è|e)re|sujet|objet|domaine|th(è|e)me",
            "es": r"categor(í|i)a|materia|asunto|tema",
            "it": r"categoria|materia|oggetto|argomento",
            "pt": r"categoria|mat(é|e)ria|assunto|tema",
            "pl": r"kategoria|przedmiot|temat|rodzaj sprawy",
            "nl": r"categorie|onderwerp|thema|soort zaak",
            "sv": r"kategori|ärendetyp|ämne|område",
            "no": r"kategori|sakstype|tema|emne",
            "el": r"κατηγορ[ιί]α|θ[εέ]μα",
        },
    }
)
# Words of other languages that mean a header is about something else.
OTHER_UNWANTED: Mapping[str, str] = MappingProxyType(
    {
        "outcome": r"datum|\bdate |fecha|\bdata\b|ημερομην|tage\b|jours|días",
        "authority": r"datum|fecha|\bdata\b",
    }
)

# Outcome to the words for it, by language. What happens to the decision complained of, or to the complaint.
OTHER_OUTCOMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "reversed": {
            "de": "stattgegeben;teilweise stattgegeben;begründet;teilweise begründet;abgeholfen;teilabhilfe;abhilfe",
            "fr": "accueilli;accueillie;fondé;fondée;partiellement fondé;partiellement fondée;admis;infirmé;infirmée",
            "es": "estimado;estimada;estimado parcialmente;estimación;estimación parcial;revocado;revocada",
            "it": "accolto;accolta;parzialmente accolto;accoglimento;accoglimento parziale;fondato",
            "pt": "procedente;parcialmente procedente;provido;parcialmente provido;deferido;revogado;revogada",
            "pl": "uwzględniono;uwzględniona;częściowo uwzględniono;zasadna",
            "nl": "gegrond;deels gegrond;gedeeltelijk gegrond;toegewezen",
            "sv": "bifall;bifallen;delvis bifall;bifallet",
            "no": "medhold;delvis medhold;tatt til følge;omgjort",
            "el": "δεκτή;εν μέρει δεκτή;βάσιμη",
        },
        "amended": {
            "de": "abgeändert;geändert",
            "fr": "modifié;réformé",
            "sv": "ändrad;ändrat",
            "no": "endret",
        },
        "annulled": {
            "de": "aufgehoben",
            "fr": "annulé;annulée;annulation",
            "es": "anulado;anulada",
            "it": "annullato;annullata;annullamento",
            "pt": "anulado;anulada",
            "pl": "uchylono;uchylona;uchylenie",
            "nl": "vernietigd",
            "sv": "upphävd;upphävt",
            "no": "opphevet",
            "el": "ακυρώθηκε;ακύρωση",
        },
        "remitted": {
            "de": "zurückverwiesen",
            "fr": "renvoyé;renvoyée;renvoi",
            "es": "devuelto;retroacción",
            "it": "rinviato;rinvio",
            "pl": "przekazano do ponownego rozpatrzenia",
            "nl": "terugverwezen",
            "sv": "återförvisad;återförvisat;återförvisning",
            "no": "hjemvist;sendt tilbake",
        },
        "upheld": {
            "de": "zurückgewiesen;unbegründet;abgewiesen;bestätigt",
            "fr": "rejeté;rejetée;rejet;non fondé;non fondée;confirmé;confirmée",
            "es": "desestimado;desestimada;desestimación;confirmado;confirmada",
            "it": "respinto;respinta;rigettato;rigetto;infondato;confermato",
            "pt": "improcedente;não provido;indeferido;confirmado;confirmada",
            "pl": "oddalono;oddalona;utrzymano w mocy;niezasadna",
            "nl": "ongegrond;afgewezen;bevestigd;gehandhaafd",
            "sv": "avslag;avslagen;fastställd;fastställt",
            "no": "stadfestet;opprettholdt;ikke medhold;ikke tatt til følge",
            "el": "απορρίφθηκε;απόρριψη;αβάσιμη",
        },
        "lapsed": {
            "de": "zurückgezogen;zurückgenommen;eingestellt;erledigt",
            "fr": "retiré;retirée;désistement;sans objet",
            "es": "desistimiento;desistido;retirado",
            "it": "ritirato;rinuncia",
            "pt": "desistência;retirado",
            "pl": "umorzono;wycofano;umorzenie",
            "nl": "ingetrokken",
            "sv": "återkallad;återkallat;avskriven;avskrivet",
            "no": "trukket;bortfalt",
            "el": "ανάκληση;παραίτηση",
        },
        "dismissed": {
            "de": "unzulässig;als unzulässig verworfen",
            "fr": "irrecevable;irrecevabilité",
            "es": "inadmitido;inadmitida;inadmisión;inadmisible",
            "it": "inammissibile;irricevibile",
            "pt": "inadmissível;não conhecido",
            "pl": "niedopuszczalna;odrzucono",
            "nl": "niet ontvankelijk;niet-ontvankelijk",
            "sv": "avvisad;avvisat;avvisning",
            "no": "avvist",
            "el": "απαράδεκτη;απαράδεκτο",
        },
    }
)
