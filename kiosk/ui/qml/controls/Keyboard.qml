// Greek and Latin letters, accents, digits and signs. It tells what was typed and remembers no word of it.
// An accent is pressed first and waits for its vowel (΄ + α = ά); the keys show what they would give.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: board

    // "el", "en" or "signs".
    property string letters: "el"
    property bool capitals: false
    // The accents that wait for a vowel, as combining marks: "", tonos, dialytika, or both.
    property string accent: ""

    signal typed(string text)
    signal erase

    readonly property string tonos: "\u0301"
    readonly property string dialytika: "\u0308"
    readonly property var rows: ({
        el: ["1234567890", "ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"],
        en: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
        signs: ["1234567890", "@.,-_/:;'", "€%&+=()#*", "«»!?\"~"]
    })[letters]
    readonly property int gap: Math.max(12, Theme.px(12))
    readonly property int each: Math.floor((width - 9 * gap) / 10)
    readonly property int smallest: 64
    readonly property int narrowest: 10 * smallest + 9 * gap
    // The height that it may take: the five rows draw together, never below the smallest target.
    property int room: 5 * Theme.px(Theme.low ? 76 : 92) + 4 * gap
    readonly property int tall: Math.max(smallest, Math.min(Theme.px(92), Math.floor((room - 4 * gap) / 5)))

    spacing: gap

    // What a key gives now.
    function given(letter) {
        const shaped = capitals && letter !== "ς" ? letter.toUpperCase() : letter;
        return accent ? accented(shaped) : shaped;
    }
    // Unchanged where Greek has no such letter.
    function accented(letter) {
        const whole = (letter + accent).normalize("NFC");
        return whole.length === 1 ? whole : letter;
    }
    function press(letter) {
        const text = given(letter);
        accent = "";
        capitals = false;
        typed(text);
    }
    function wait(marks) {
        accent = accent === marks ? "" : marks;
    }
    function turnTo(name) {
        letters = name;
        accent = "";
        capitals = false;
    }

    Repeater {
        model: 3
        Row {
            id: line
            required property int index
            anchors.horizontalCenter: parent ? parent.horizontalCenter : undefined
            spacing: board.gap
            Repeater {
                model: board.rows[line.index].length
                Key {
                    required property int index
                    readonly property string letter: board.rows[line.index][index] || ""
                    objectName: "letter_" + letter
                    letterSized: true
                    width: board.each
                    height: board.tall
                    text: board.given(letter)
                    onPressed: board.press(letter)
                }
            }
        }
    }
    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: board.gap
        Key {
            objectName: "shift"
            visible: board.letters !== "signs"
            width: Math.round(board.each * 1.4)
            height: board.tall
            icon: "arrow-big-up"
            text: qsTr("Capital letter")
            checkable: true
            exclusive: false
            checked: board.capitals
            onPressed: board.capitals = !board.capitals
        }
        Repeater {
            model: board.rows[3].length
            Key {
                required property int index
                readonly property string letter: board.rows[3][index] || ""
                objectName: "letter_" + letter
                letterSized: true
                width: board.each
                height: board.tall
                text: board.given(letter)
                onPressed: board.press(letter)
            }
        }
        Key {
            objectName: "erase"
            width: Math.round(board.each * 1.4)
            height: board.tall
            icon: "backspace"
            text: qsTr("Delete the last letter")
            onPressed: board.erase()
        }
    }
    Row {
        id: last
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: board.gap
        readonly property bool greek: board.letters === "el"
        readonly property bool latin: board.letters === "en"

        Key {
            objectName: "layer_signs"
            width: Math.round(board.each * 1.4)
            height: board.tall
            words: true
            text: board.letters === "signs" ? "ΑΒΓ" : "?#€"
            name: board.letters === "signs" ? qsTr("Letters") : qsTr("Signs")
            onPressed: board.turnTo(board.letters === "signs" ? "el" : "signs")
        }
        Key {
            objectName: "layer_language"
            width: Math.round(board.each * 1.4)
            height: board.tall
            words: true
            text: last.latin ? "ΑΒΓ" : "ABC"
            name: last.latin ? qsTr("Greek letters") : qsTr("Latin letters")
            onPressed: board.turnTo(last.latin ? "el" : "en")
        }
        Key {
            objectName: "space"
            width: last.greek ? Math.round(board.each * 2.6) : Math.round(board.each * 5.6) + 3 * board.gap
            height: board.tall
            icon: "space"
            text: qsTr("Space")
            onPressed: board.press(" ")
        }
        Repeater {
            model: last.greek ? [
                { key: "tonos", marks: board.tonos, text: "΄", name: qsTr("Tonos, then the vowel") },
                { key: "dialytika", marks: board.dialytika, text: "¨", name: qsTr("Dialytika, then the vowel") },
                { key: "both", marks: board.dialytika + board.tonos, text: "΅", name: qsTr("Dialytika with tonos, then the vowel") }
            ] : []
            Key {
                required property var modelData
                objectName: "accent_" + modelData.key
                width: board.each
                height: board.tall
                text: modelData.text
                name: modelData.name
                checkable: true
                exclusive: false
                checked: board.accent === modelData.marks
                onPressed: board.wait(modelData.marks)
            }
        }
    }
}
