/** German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Swedish, Turkish words of the core concepts. */
export const FOREIGN_WORDS = {
  override:
    'vergisst ignorierst ignoriere ignorieren ignorier ignoriert vergiss vergesse vergessen missachte missachten uberschreibe uberschreiben ubergehe verwirf verwerfen ignorez ignorer oublie oubliez oublier negligez neglige outrepasse ignora ignorar ignoren ignorad ignorando olvida olvidar olvide olviden olvidate olvidad descarta descartar omite omita omitir ignorate ignorare ignori dimentica dimenticare dimenticate dimentichi scorda scordati trascura tralascia esqueca esquece esquecer esquecam desconsidere desconsidera desconsiderar negeer negeren vergeet vergeten zignoruj zignorowac ignoruj ignorowac zapomnij zapomniec pomin pomijaj игнорируй игнорируйте проигнорируй проигнорируйте игнорировать забудь забудьте забыть отбрось ignorera glom bortse yoksay unut unutun gormezden',
  prior:
    'vorherige vorherigen vorheriger vorige vorigen bisherige bisherigen bisher fruhere fruheren obige obigen vorangegangene vorangegangenen vorhergehende vorhergehenden obenstehenden ursprunglichen vorher zuvor davor oben alten precedente precedentes precedents precedent anterieures anterieurs anterieure dessus avant auparavant initiales anterior anteriores previo previa previos previas arriba antes originales iniciales precedenti sopra iniziali originali prima acima previas previos originais iniciais vorige voorgaande eerdere bovenstaande oorspronkelijke hiervoor poprzednie poprzednich poprzednia poprzedni wczesniejsze wczesniejszych powyzsze powyzszych dotychczasowe предыдущие предыдущих предыдущую предыдущее прежние прежних выше вышеуказанные предшествующие ранее прошлые tidigare foregaende ovanstaende onceki yukaridaki',
  all: 'alle alles allen sämtliche jede jegliche toutes tous tout toute todas todos todo toda cualquier tutte tutti tutto qualsiasi tudo qualquer wszystkie wszystko wszelkie wszystkich все всех всё любые alla allt tum hersey',
  your: 'deine deinen deiner dein ihre ihren ihrer euer eure deinem tes ton vos votre ta tus tu sus su tuas suas teu seu tua tue tuo tuoi suoi vostre vostro je jouw uw jullie twoje twoja twoj swoje swoj twoich swoich твои твой твою свои свой свою ваши ваш ваших своих dina din ditt sina',
  rules:
    'anweisungen anweisung instruktionen instruktion befehle befehl regeln regel vorgaben richtlinien anordnungen vorschriften consignes consigne regles directives ordres commandes instrucciones instruccion reglas ordenes directrices indicaciones normas comandos pautas istruzioni istruzione regole ordini comandi direttive indicazioni instrucoes instrucao regras ordens diretrizes orientacoes instructies instructie regels opdrachten bevelen richtlijnen aanwijzingen instrukcje instrukcji polecenia polecen poleceniach zasady zasad zasadach instrukcjach reguly rozkazy wytyczne wytycznych komendy инструкции инструкций инструкцию указания указаний правила правил команды команд приказы промпт промпта instruktioner anvisningar regler talimatlari talimatlar kurallari aufforderungen prompts prompten',
  words:
    'aufgaben aufgabe nachrichten nachricht gesagte gesprach konversation eingaben informationen geschrieben gesagt kontext taches tache messages dit ecrit demandes contexte tareas tarea mensajes conversacion contexto dicho escrito compiti messaggi detto conversazione contesto tarefas mensagens conversa contexto dito taken berichten gesprek gezegd zadania wiadomosci rozmowe rozmowy задания сообщения разговор задачи контекст сказано',
  told: 'gesagt gelernt weisst gegeben bekommen erhalten appris dit sais recu reçues dicho aprendido sabes dado recibido detto imparato sai ricevuto dato dito aprendeu sabe recebeu dado gezegd geleerd weet gekregen powiedziano wiesz nauczyles otrzymales сказано знаешь получил дали учили',
  reveal:
    'verrate verraten offenbare offenlegen enthulle preisgeben revele revelez reveler divulgue devoile revela revelar revele divulga desvela filtra rivela rivelare svela divulga revele revelar vaze onthul onthullen verklap ujawnij ujawnic zdradz wyjaw раскрой раскройте раскрыть выдай avsloja',
  show: 'zeige zeig zeigen gib nenne nennen sage sag wiederhole wiederholen schreibe ausgeben drucke drucken ausgib verrat montre montrez montrer affiche affichez donne donnez dis dites repete repetez imprime ecris muestra muestrame mostrar muestre imprime dime di repite escribe dame ensename mostra mostrami mostrare stampa dimmi ripeti scrivi dammi elenca mostre diga repita imprima escreva exiba liste dê toon laat zien vertel herhaal geef schrijf print pokaz wyswietl powiedz powtorz wypisz podaj napisz покажи покажите выведи скажи повтори напиши напечатай перечисли сообщи visa skriv upprepa goster yaz soyle',
  hidden:
    'geheime geheimen geheimes versteckte versteckten interne internen initialen ursprunglichen systeme cache caches secret secretes secrets interne initiales sistema oculto oculta ocultas secreto secretas secretos inicial iniciales internas nascosto nascoste nascosti segreto segrete interno interne iniziale iniziali oculta ocultas secreta secretas secreto segredo segredos iniciais internas verborgen geheime systeem systemowy systemowe ukryte tajne poczatkowe wewnetrzne системный системные системную скрытые секретные тайные начальные внутренние исходные systemets gizli sistem',
  prompt:
    'systemprompt systemaufforderung systemanweisungen systemnachricht invite invites promptu промпт промпта systeemprompt sistemprompt istemi aufforderung',
  config:
    'konfiguration einstellungen systemanweisungen instrucciones anweisungen konfigurationen configuracion ajustes configurazione impostazioni configuracao configuracoes configuratie instellingen konfiguracje ustawienia konfiguracja настройки конфигурацию конфигурация instructions consignes istruzioni instrucoes instructies instrukcje инструкции regeln reglas regles regole regras zasady правила',
  secretword:
    'passwort passworter kennwort geheimnis geheimnisse losungswort schlussel geheimwort secretos contrasena contrasenas clave secreto motdepasse segreto segreti parola senha senhas segredo wachtwoord geheim haslo hasla haslem sekret пароль пароля пароли секрет секреты losenord sifre sifreyi',
  now: 'jetzt nun fortan maintenant desormais dorenavant ahora adora adesso agora doravante nu voortaan teraz odtad теперь сейчас отныне simdi ora',
  from: 'ab von an partir desde dorenavant vanaf od от с artik da a',
  be: 'bist sei handle verhalte agiere benimm tue simuliere spiele antworte reponds agis agissez comporte joue simule fais eres seras actua actue comportate finge simula responde sei agisci comportati fingi simula rispondi recita atue aja finja comporte responda voce és bent gedraag doe speel antwoord jestes badz zachowuj udawaj dzialaj odpowiadaj ты действуй веди притворись представь отвечай стань будь является agera lat',
  unrestricted:
    'uneingeschrankt uneingeschrankte unzensiert unzensierte ungefiltert ungefilterte grenzenlos restrictions illimite illimitee debride censure sinrestricciones ilimitado ilimitada irrestricto illimitato illimitata onbeperkt onbeperkte ongecensureerd ongefilterd nieograniczony nieograniczona nieocenzurowany неограниченный нецензурированный ограничений obegransad',
  no: 'keine kein keinen ohne nicht sans aucune aucun pas sin ninguna ningun ni no senza nessuna nessun sem nenhuma nenhum nao zonder geen niet bez zadnych brak nie без нет никаких не utan inga',
  limits:
    'einschrankungen einschrankung regeln grenzen filter beschrankungen richtlinien moral ethik restrictions limites regles filtres ethique restricciones limites reglas filtros etica limitaciones restrizioni limiti regole filtri etica restricoes limites regras filtros limitacoes beperkingen grenzen regels filters ograniczen ograniczenia zasad filtrow ограничений ограничения правил фильтров цензуры begransningar regler',
  filters:
    'filter sicherheitsfilter sicherheitsrichtlinien einschrankungen beschrankungen filtres restrictions securite filtros restricciones restricoes filtri restrizioni beperkingen filtry ograniczenia zabezpieczenia фильтры ограничения',
  safety: 'sicherheit sicherheits securite seguridad sicurezza seguranca veiligheid bezpieczenstwa безопасности',
  mode: 'modus modo modalita tryb режим lage mod moduna',
  privileged:
    'entwickler entwicklermodus developpeur desarrollador sviluppatore desenvolvedor ontwikkelaar programisty dewelopera разработчика админа gelistirici utvecklar dios dieu dio deus',
  enable:
    'aktiviere aktivieren aktiviert wechsle active activez activer passe activa activar activado entra attiva attivare ative ativar entre schakel activeer aktywuj wlacz wejdz включи активируй перейди войди aktivera',
  drop: 'umgehe umgehen deaktiviere lasse beende stoppe contourne contournez desactive desactivez arrete evita desactiva omite deten elimina disattiva aggira smetti ferma contorne desative pare omzeil stop schakel obejdz wylacz przestan обойди отключи прекрати останови',
  new: 'neue neuen neuer neues neuer nouvelle nouvelles nouveau nueva nuevas nuevo nuevos nuova nuove nuovo nova novas novo nieuwe nowe nowy nowa nowych новая новые новую новых nya yeni',
  task: 'aufgabe aufgaben anweisung anweisungen ziel rolle tache taches objectif role mission tarea tareas objetivo mision compito compiti obiettivo missione tarefa tarefas objetivo missao taak taken doel opdracht opdrachten zadanie zadania cel rola задача задание цель роль инструкции uppgift gorev instructions instrucciones istruzioni instrucoes instructies instrukcje',
  instead:
    'stattdessen nur ausschliesslich lediglich plutot seulement uniquement solo solamente unicamente invece soltanto apenas somente unicamente alleen slechts enkel zamiast tylko jedynie вместо только лишь istallet bara sadece',
  ai: 'ki ia ии sprachmodell assistent assistente asistente asystent asystentem ассистент модель modele modelo modello',
  user: 'benutzer nutzer utilisateur usuario utente usuario gebruiker uzytkownik uzytkownika пользователя пользователь пользователю',
  must: 'musst muss mussen sollst soll dois doit devez debes debe deberia devi deve deves moet moeten musisz musi должен должна нужно обязан',
  above:
    'obigen oben dessus arriba anterior sopra acima boven bovenstaande powyzszy powyzej выше начала davor vorher zuvor',
  authority:
    'entwickler administrator administrateur developpeur desarrollador administrador sviluppatore amministratore desenvolvedor ontwikkelaar beheerder programista разработчик администратор',
  end: 'ende fin fine fim einde koniec конец beginn anfang debut inicio inizio',
} as const;
