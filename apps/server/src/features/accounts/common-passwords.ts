/** Passwords that everybody who guesses tries first, in lower case. Shorter ones than eight characters are refused anyway. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
password passw0rd passport princess sunshine football baseball superman batman123 trustno1 starwars whatever iloveyou
iloveyou1 iloveyou2 iloveyou123 welcome1 welcome123 welcome12 letmein1 letmein123 letmein12 master123 monkey123
dragon123 shadow123 killer123 hello123 hello1234 hello12345 hellohello computer internet michelle jennifer jonathan
charlie1 charlie123 jordan23 jordan123 michael1 michael123 daniel123 thomas123 robert123 andrew123 joshua123 matthew1
jessica1 jessica123 ashley123 amanda123 nicole123 hannah123 samantha elizabeth victoria veronica stephanie christian
christopher alexander alexandra anthony1 benjamin nicholas brandon1 patrick1 william1 richard1 edward123 george123
liverpool chelsea1 arsenal1 arsenal123 barcelona realmadrid juventus manchester cowboys1 yankees1 lakers24 steelers
eagles123 rangers1 redskins packers1 broncos1 mustang1 corvette ferrari1 porsche1 mercedes motorola samsung1
samsung123 nintendo playstation pokemon1 pokemon123 minecraft minecraft1 fortnite fortnite1 roblox123 nintendo1
gandalf1 garfield spiderman spider123 snoopy123 scooby123 simpsons mickey123 mickeymouse butterfly chocolate
strawberry blueberry cheesecake cookie123 cupcake1 banana123 orange123 cherry123 pineapple watermelon sunflower
snowball snowflake rainbow1 rainbow123 midnight moonlight starlight sunshine1 sunshine123 princess1 princess123
football1 football123 baseball1 basketball softball1 volleyball hockey123 soccer123 swimming tennis123 golfer123
superman1 superman123 superstar spartans warriors champion champions lovelove loveme123 lover123 mylove123 forever1
forever21 foreverlove babygirl babygirl1 babyboy1 sweetheart sweetpea sexybaby handsome beautiful gorgeous precious
princesa cristina valentina alejandro alejandra fernando gabriela carolina estrella corazon1 teamo123 tequiero
bonjour1 azertyui azerty123 azertyuiop qwertyui qwertyuiop qwertyuiop123 qwerty12 qwerty123 qwerty1234 qwerty12345
qwerty123456 qwerty11 qwerty01 qwertz123 qwertzui qwertzuiop asdfasdf asdfghjk asdfghjkl asdfghjkl1 asdf1234 asdf12345
asdf123456 asdqwe123 qweasdzxc qweasd123 qazwsxedc qazwsxedcrfv qazwsx123 qazxswedc zaqwsxcde zaq12wsx zaq1zaq1
zaq1xsw2 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz1qaz q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6
zxcvbnm1 zxcvbnm123 zxcvbnmm zxcv1234 zxczxczxc abcd1234 abcd12345 abc12345 abc123456 abc123abc abcabc123 abcdef123
abcdef12 a1b2c3d4 a1b2c3d4e5 a123456789 a12345678 a1234567 aa123456 aa12345678 aaa12345 aaaa1111 qq123456 q123456789
w123456789 z123456789 asd12345 asd123456 asd123123 qwe12345 qwe123456 qwe123123 qweqwe123 zxc12345 zxc123456 zxc123123
1234qwer 12345qwert 123456qwerty 123qweasd 123qwe123 123qwe456 123qweasdzxc 123abc123 123456abc 123456aa 12345abc
1234abcd 12341234 12344321 12121212 13131313 11223344 1122334455 112233445566 11112222 11111222 12345677 12345679
123456780 1234567890 01234567 0123456789 987654321 9876543210 0987654321 09876543 147258369 147852369 159357456
159753456 741852963 789456123 963852741 123123123 123321123 123654789 123698745 123789456 321321321 456456456
789789789 123454321 135792468 246813579 24681012 147896325 520520520 5201314520 31415926 314159265 27182818 10101010
20202020 01020304 010203040506 11110000 99998888 12312312 123412345 12345612 1234561234 123456123 1234567a 1234567q
12345678a 12345678q 123456789a 123456789q 123456789z 123456789abc password1 password12 password123 password1234
password12345 password2 password3 password01 password11 password99 passw0rd1 passw0rd123 passwort passwort1
passwort123 motdepasse motdepasse1 contrasena contrasena1 senha123 senha1234 parola123 haslo123 heslo123 salasana
lozinka123 kennwort kennwort1 wachtwoord wachtwoord1 mypassword mypassword1 mypass123 newpassword newpass123
nopassword thepassword pass1234 pass12345 pass123456 passpass password! admin123 admin1234 admin12345 admin123456
adminadmin administrator administrator1 admin2020 admin2021 admin2022 admin2023 admin2024 admin2025 admin2026 root1234
root12345 rootroot toor1234 superuser sysadmin system123 manager1 manager123 operator operator1 supervisor support1
support123 service1 guest123 guest1234 guestguest user1234 user12345 user123456 useruser username username1 login123
login1234 loginlogin test1234 test12345 test123456 testtest testtest1 testing1 testing123 tester123 testpass testpass1
testpassword demo1234 demodemo default1 default123 temp1234 temppass temporary changeme changeme1 changeme123 changeit
secret12 secret123 secretpass secret1234 letmein! access14 access123 security security1 private1 private123 password.
qwerty!@ internet1 computer1 computer123 google123 facebook facebook1 instagram twitter1 youtube1 linkedin microsoft
windows1 windows10 windows11 android1 iphone123 samsung12 huawei123 summer2019 summer2020 summer2021 summer2022
summer2023 summer2024 summer2025 summer2026 winter2019 winter2020 winter2021 winter2022 winter2023 winter2024
winter2025 winter2026 spring2023 spring2024 spring2025 spring2026 autumn2023 autumn2024 autumn2025 autumn2026 january1
february february1 september september1 october1 november november1 december december1 monday123 friday123 saturday
holiday1 vacation birthday birthday1 christmas christmas1 halloween newyear1 america1 american1 australia brazil123
canada123 deutschland england1 france123 germany1 indonesia pakistan philippines russia123 scotland singapore thailand
ukraine1 vietnam1 london123 newyork1 chicago1 california losangeles barcelona1 amsterdam startrek starwars1 matrix123
gandalf123 skywalker darthvader chewbacca enterprise voyager1 discovery godzilla terminator wolverine ironman1
ironman123 avengers jesus123 jesuschrist godisgood blessed1 blessing heavenly faith123 trinity1 angel123 angels123
iloveme1 iloveme123 ilovegod ilovejesus iloveyou! loveyou1 loveyou123 friends1 friends123 bestfriend family123
mother123 father123 brother1 sister123 daddy123 mommy123 grandma1 bubbles1 tweety123 whatever1 whatever123 nothing1
nothing123 anything something letmein2 openopen opensesame abracadabra hakunamatata correcthorse
correcthorsebatterystaple drowssap moderator webmaster postmaster hostmaster database database1 oracle123 mysql123
postgres postgres1 postgresql server123 network1 internet123 wireless linksys1 netgear1 cisco123 ubuntu123 debian123
linux123 apache123 tomcat123 jenkins1 docker123 kubernetes raspberry raspberrypi alpine123 vagrant1 ansible1 openai123
chatgpt1 chatgpt123 letmein1234 qwertyqwerty asdfasdf1 zxcvzxcv qwerasdf qwerasdfzxcv poiuytrewq lkjhgfdsa mnbvcxz1
poiuytre 0okm9ijn 1qaz@wsx zaq!2wsx p@ssw0rd p@ssword p@ssw0rd1 p@ssword1 p@55w0rd pa55word pa55w0rd pa$$word pa$$w0rd
passw@rd l0g1n123 adm1n123 abcdefg1 abcdefgh1 abcdefghi abcdefghij alphabet
`
    .trim()
    .split(/\s+/),
);
