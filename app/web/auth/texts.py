"""The texts of the pages about access: one catalogue, in each language that there is.

Rule: a text that one of the languages lacks does not pass the type checker. The words are those of the dashboard, see
dashboard/src/text.
"""

from typing import Final, Literal

from msgspec import Struct

from app.domain.limits import MAX_PASSWORD_LENGTH, MIN_DIFFERENT_CHARACTERS, MIN_PASSWORD_LENGTH

Language = Literal["en", "de"]


class SignInPage(Struct, frozen=True, kw_only=True):
    """What stands on the page that signs in."""

    title: str
    needs_script: str
    signed_in: str
    signed_in_as: str
    onward: str
    account: str
    sign_out: str
    demo: str
    demo_hint: str
    with_password: str
    name: str
    password: str
    sign_in: str
    with_key: str
    key: str
    key_begins: str
    key_hint: str


class AccountPage(Struct, frozen=True, kw_only=True):
    """What stands on the page of who is signed in."""

    title: str
    needs_script: str
    dashboard: str
    sign_out: str
    change_your_password: str
    name: str
    current: str
    new: str
    new_hint: str
    again: str
    elsewhere: str
    change: str
    no_password: str


class RefusalTexts(Struct, frozen=True, kw_only=True, rename=str.upper):
    """Why a request was refused, by the code of the error."""

    unauthenticated: str
    throttled: str
    overloaded: str
    unavailable: str
    internal: str
    wrong_password: str
    no_password: str
    invalid_value: str


class FactTexts(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the page of an account calls the facts, and what stands for some of them."""

    person: str
    api_key: str
    scopes: str
    everything: str
    locations: str
    categories: str
    all: str
    approval_limit: str
    any_value: str
    operations: str
    documents_only: str
    signed_in_until: str


class Said(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the scripts of the pages say. `{}` stands for a value."""

    refusals: RefusalTexts
    facts: FactTexts
    unreachable: str
    status: str
    wait: str
    not_accepted: str
    insecure: str
    wrong_password: str
    wrong_key: str
    no_demo: str
    sign_in_as: str
    password_changed: str
    typed_differently: str


class Texts(Struct, frozen=True, kw_only=True):
    """All texts in one language."""

    sign_in: SignInPage
    account: AccountPage
    said: Said


ENGLISH: Final = Texts(
    sign_in=SignInPage(
        title="Sign in",
        needs_script="Signing in needs JavaScript.",
        signed_in="Signed in",
        signed_in_as="You are signed in as",
        onward="Continue",
        account="Account",
        sign_out="Sign out",
        demo="The demo shop",
        demo_hint="This server runs on your machine, with a demo shop. Nothing to type:",
        with_password="Sign in with a password",
        name="Name",
        password="Password",
        sign_in="Sign in",
        with_key="Sign in with an API key",
        key="API key",
        key_begins="It begins with",
        key_hint="This page forgets it; your session lasts no longer than the key.",
    ),
    account=AccountPage(
        title="Account",
        needs_script="This page needs JavaScript.",
        dashboard="Dashboard",
        sign_out="Sign out",
        change_your_password="Change your password",
        name="Name",
        current="Current password",
        new="New password",
        new_hint=f"{MIN_PASSWORD_LENGTH} characters or more, of any kind. Some words that no one would guess are easy "
        "to remember.",
        again="New password, again",
        elsewhere="You stay signed in here, and are signed out everywhere else.",
        change="Change password",
        no_password="An API key has no password. An admin gives it a new secret:",
    ),
    said=Said(
        refusals=RefusalTexts(
            unauthenticated="You are not signed in any more.",
            throttled="Too many attempts. Try again later.",
            overloaded="The server is busy, and nothing was recorded. Try again.",
            unavailable="The server's database does not answer. Try again.",
            internal="Something went wrong in the server. Its log says what.",
            wrong_password="The current password is not right.",
            no_password="You sign in without a password of this server: change it where you sign in.",
            invalid_value=f"The new password must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters, "
            f"at least {MIN_DIFFERENT_CHARACTERS} different ones, and be neither your name nor the current password.",
        ),
        facts=FactTexts(
            person="Person",
            api_key="API key",
            scopes="Scopes",
            everything="admin (everything)",
            locations="Locations",
            categories="Categories",
            all="all",
            approval_limit="Purchase orders up to",
            any_value="any value",
            operations="Operations",
            documents_only="registered documents only",
            signed_in_until="Signed in until",
        ),
        unreachable="The server cannot be reached.",
        status="The server answered with status {}.",
        wait="Wait {} s.",
        not_accepted="The server does not accept what was entered: {}",
        insecure="This page was loaded over http://. Sign in over https://, or on the server's own machine.",
        wrong_password="The name or the password is not right.",
        wrong_key="The key is not valid.",
        no_demo="This server has no such key for its demo.",
        sign_in_as="Sign in as {}",
        password_changed="Your password is changed. You are signed out everywhere else.",
        typed_differently="The new password was typed in two different ways.",
    ),
)

GERMAN: Final = Texts(
    sign_in=SignInPage(
        title="Anmelden",
        needs_script="Das Anmelden braucht JavaScript.",
        signed_in="Angemeldet",
        signed_in_as="Sie sind angemeldet als",
        onward="Weiter",
        account="Konto",
        sign_out="Abmelden",
        demo="Der Demo-Shop",
        demo_hint="Dieser Server läuft auf Ihrem Rechner, mit einem Demo-Shop. Sie müssen nichts eintippen:",
        with_password="Mit Passwort anmelden",
        name="Name",
        password="Passwort",
        sign_in="Anmelden",
        with_key="Mit API-Schlüssel anmelden",
        key="API-Schlüssel",
        key_begins="Er beginnt mit",
        key_hint="Diese Seite vergisst ihn; Ihre Sitzung dauert nicht länger, als der Schlüssel gilt.",
    ),
    account=AccountPage(
        title="Konto",
        needs_script="Diese Seite braucht JavaScript.",
        dashboard="Dashboard",
        sign_out="Abmelden",
        change_your_password="Ihr Passwort ändern",
        name="Name",
        current="Bisheriges Passwort",
        new="Neues Passwort",
        new_hint=f"Mindestens {MIN_PASSWORD_LENGTH} Zeichen, beliebige. Einige Wörter, die niemand errät, lassen sich "
        "leicht merken.",
        again="Neues Passwort, nochmals",
        elsewhere="Hier bleiben Sie angemeldet; überall sonst werden Sie abgemeldet.",
        change="Passwort ändern",
        no_password="Ein API-Schlüssel hat kein Passwort. Ein Administrator gibt ihm ein neues Geheimnis:",
    ),
    said=Said(
        refusals=RefusalTexts(
            unauthenticated="Sie sind nicht mehr angemeldet.",
            throttled="Zu viele Versuche. Versuchen Sie es später nochmals.",
            overloaded="Der Server ist ausgelastet, und nichts wurde erfasst. Versuchen Sie es nochmals.",
            unavailable="Die Datenbank des Servers antwortet nicht. Versuchen Sie es nochmals.",
            internal="Im Server ging etwas schief. Was, steht in seinem Protokoll.",
            wrong_password="Das bisherige Passwort stimmt nicht.",
            no_password="Sie melden sich ohne ein Passwort dieses Servers an: Ändern Sie es dort, wo Sie sich "
            "anmelden.",
            invalid_value=f"Das neue Passwort muss {MIN_PASSWORD_LENGTH} bis {MAX_PASSWORD_LENGTH} Zeichen haben, "
            f"mindestens {MIN_DIFFERENT_CHARACTERS} verschiedene, und darf weder Ihr Name noch das "
            "bisherige Passwort sein.",
        ),
        facts=FactTexts(
            person="Person",
            api_key="API-Schlüssel",
            scopes="Rechte",
            everything="admin (alles)",
            locations="Standorte",
            categories="Kategorien",
            all="alle",
            approval_limit="Bestellungen bis",
            any_value="jeder Wert",
            operations="Operationen",
            documents_only="nur registrierte",
            signed_in_until="Angemeldet bis",
        ),
        unreachable="Der Server ist nicht erreichbar.",
        status="Der Server hat mit dem Status {} geantwortet.",
        wait="Warten Sie {} s.",
        not_accepted="Der Server nimmt die Eingabe nicht an: {}",
        insecure="Diese Seite wurde über http:// geladen. Melden Sie sich über https:// an, oder auf dem "
        "Rechner des Servers.",
        wrong_password="Der Name oder das Passwort stimmt nicht.",
        wrong_key="Der Schlüssel ist nicht gültig.",
        no_demo="Dieser Server hat keinen solchen Schlüssel für seine Demo.",
        sign_in_as="Anmelden als {}",
        password_changed="Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.",
        typed_differently="Das neue Passwort wurde zweimal verschieden eingegeben.",
    ),
)

TEXTS: Final[dict[Language, Texts]] = {"en": ENGLISH, "de": GERMAN}
