import type { NoticeKind } from "./notice.ts";

/** Subject and first sentence of a mail. */
export interface Phrase {
  readonly subject: string;
  readonly intro: string;
}

/** What a mail says to who comes to a host, and to the host. */
export interface Phrases {
  readonly guest: Phrase;
  readonly host: Phrase;
}

/** The words of one language. */
export interface Words {
  readonly kinds: Readonly<Record<NoticeKind, Phrases>>;
  readonly pending: string;
  /** The manage link of a booking that is to come. */
  readonly manage: string;
  readonly labels: Readonly<Record<"when" | "where" | "online" | "hosts" | "booker" | "attendees" | "reason", string>>;
}

const en: Words = {
  kinds: {
    request: {
      guest: {
        subject: "Request received",
        intro: "Your request has been received. You will hear as soon as it is confirmed.",
      },
      host: { subject: "Please confirm", intro: "A booking waits for you to confirm it." },
    },
    confirmation: same("Confirmed", "This booking is confirmed."),
    rescheduled: same("New time", "This booking has been moved to a new time."),
    cancellation: same("Cancelled", "This booking has been cancelled."),
    declined: same("Declined", "This booking request has been declined."),
    offer: same("A seat is free", "You are next on the waitlist. Accept the seat before the offer ends."),
    link: same("Your new link", "You asked for a new link to your booking. Ignore this mail if you did not."),
    released: same("No longer yours", "This booking has been given to another host."),
  },
  pending: "The host still has to confirm it.",
  manage: "Move or cancel this booking",
  labels: {
    when: "When",
    where: "Where",
    online: "Online",
    hosts: "Host",
    booker: "Booked by",
    attendees: "Also coming",
    reason: "Reason",
  },
};

const de: Words = {
  kinds: {
    request: {
      guest: {
        subject: "Anfrage erhalten",
        intro: "Ihre Anfrage ist eingegangen. Sie erhalten Nachricht, sobald sie bestätigt ist.",
      },
      host: { subject: "Bitte bestätigen", intro: "Eine Buchung wartet auf Ihre Bestätigung." },
    },
    confirmation: same("Bestätigt", "Dieser Termin ist bestätigt."),
    rescheduled: same("Neue Zeit", "Dieser Termin wurde verschoben."),
    cancellation: same("Abgesagt", "Dieser Termin wurde abgesagt."),
    declined: same("Abgelehnt", "Diese Terminanfrage wurde abgelehnt."),
    offer: same(
      "Ein Platz ist frei",
      "Sie sind als Nächstes an der Reihe. Nehmen Sie den Platz an, bevor das Angebot endet.",
    ),
    link: same(
      "Ihr neuer Link",
      "Sie haben einen neuen Link zu Ihrem Termin angefordert. Wenn nicht, können Sie diese Mail ignorieren.",
    ),
    released: same("Nicht mehr bei Ihnen", "Diesen Termin hat jemand anderes übernommen."),
  },
  pending: "Die Bestätigung steht noch aus.",
  manage: "Termin verschieben oder absagen",
  labels: {
    when: "Wann",
    where: "Wo",
    online: "Online",
    hosts: "Mit",
    booker: "Gebucht von",
    attendees: "Weitere Teilnehmende",
    reason: "Grund",
  },
};

const fr: Words = {
  kinds: {
    request: {
      guest: { subject: "Demande reçue", intro: "Votre demande a été reçue. Vous serez averti dès sa confirmation." },
      host: { subject: "À confirmer", intro: "Une réservation attend votre confirmation." },
    },
    confirmation: same("Confirmé", "Ce rendez-vous est confirmé."),
    rescheduled: same("Nouvel horaire", "Ce rendez-vous a été déplacé."),
    cancellation: same("Annulé", "Ce rendez-vous a été annulé."),
    declined: same("Refusé", "Cette demande de rendez-vous a été refusée."),
    offer: same("Une place est libre", "C’est votre tour. Acceptez la place avant la fin de l’offre."),
    link: same(
      "Votre nouveau lien",
      "Vous avez demandé un nouveau lien vers votre rendez-vous. Sinon, ignorez ce message.",
    ),
    released: same("Réattribué", "Ce rendez-vous a été confié à quelqu’un d’autre."),
  },
  pending: "La confirmation est encore attendue.",
  manage: "Déplacer ou annuler ce rendez-vous",
  labels: {
    when: "Quand",
    where: "Où",
    online: "En ligne",
    hosts: "Avec",
    booker: "Réservé par",
    attendees: "Autres participants",
    reason: "Motif",
  },
};

const es: Words = {
  kinds: {
    request: {
      guest: {
        subject: "Solicitud recibida",
        intro: "Hemos recibido su solicitud. Le avisaremos en cuanto se confirme.",
      },
      host: { subject: "Por confirmar", intro: "Una reserva espera su confirmación." },
    },
    confirmation: same("Confirmada", "Esta cita está confirmada."),
    rescheduled: same("Nuevo horario", "Esta cita se ha cambiado de hora."),
    cancellation: same("Cancelada", "Esta cita se ha cancelado."),
    declined: same("Rechazada", "Esta solicitud de cita se ha rechazado."),
    offer: same("Hay una plaza libre", "Es su turno. Acepte la plaza antes de que termine la oferta."),
    link: same("Su nuevo enlace", "Ha pedido un nuevo enlace a su cita. Si no fue usted, ignore este mensaje."),
    released: same("Reasignada", "Esta cita se ha asignado a otra persona."),
  },
  pending: "Falta la confirmación.",
  manage: "Cambiar o cancelar esta cita",
  labels: {
    when: "Cuándo",
    where: "Dónde",
    online: "En línea",
    hosts: "Con",
    booker: "Reservada por",
    attendees: "También asisten",
    reason: "Motivo",
  },
};

const languages: Readonly<Record<string, Words>> = { en, de, fr, es };

/** The words for a reader, and the locale to format dates in; English where the reader's language is not spoken here. */
export function wordsFor(locale: string): { words: Words; locale: string } {
  const tag = canonical(locale);
  const words = languages[tag.split("-")[0] ?? ""];
  return words === undefined ? { words: en, locale: "en" } : { words, locale: tag };
}

function canonical(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en";
  } catch {
    return "en"; // Not a language tag: the reader gets English.
  }
}

function same(subject: string, intro: string): Phrases {
  return { guest: { subject, intro }, host: { subject, intro } };
}
