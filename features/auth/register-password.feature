Feature: Choosing a password

  Length and guessability count, and nothing else does (NIST SP 800-63B-4, 3.1.1.2). A refusal says every reason.

  Scenario Outline: A password of <kind> will do
    When Ada registers with the password "<password>"
    Then Ada has got an account
    And Ada can log in with the password "<password>"

    Examples:
      | kind                 | password                                                             |
      | words and spaces     | four small words and a comma,                                        |
      | another script       | корова летает над рекой                                              |
      | pictures             | 🦄🐙🦊🐝🌵🍄🌍🔥🎲🎻🚲🧭🪁🧩🪵                                      |
      | two lines            | the first line\u000aand the second\ttoo                              |
      | 70 letters and more  | seventy letters and more are no fault, since all of them are read in full |

  Scenario Outline: A password that is refused because it is <code>
    When Ada registers with the password "<password>"
    Then it is refused with 422 validation_failed at "/password" as <code>

    Examples:
      | password                       | code                  |
      | fourteen chars                 | too_short             |
      |                                | too_short             |
      | passwordpassword               | too_common            |
      | p.a.s.s.w.o.r.d                | too_common            |
      | aaaaaaaaaaaaaaaaaaaa           | too_common            |
      | ada is my own name             | contains_username     |
      | I log in to rollcall daily     | contains_service_name |
      | a NUL \u0000 in the middle of it | nul_character       |
      | half a pair \ud83d of surrogates | lone_surrogate      |

  Scenario: Letters are counted, not bytes
    When Ada registers with the password "🦄🐙🦊🐝🌵🍄🌍🔥"
    Then it is refused with 422 validation_failed at "/password" as too_short

  Scenario: The own address is no password
    When Ada registers with the e-mail address "lovelace@example.org" and the password "lovelace 1815 london"
    Then it is refused with 422 validation_failed at "/password" as contains_email

  Scenario: A password that is too long is told only that
    When somebody registers with 501 letters as password
    Then it is refused with all of these faults at once:
      | path      | code     |
      | /password | too_long |

  Scenario: All reasons are told at once
    When Ada registers with the password "ada rollcall"
    Then it is refused with all of these faults at once:
      | path      | code                  |
      | /password | too_short             |
      | /password | contains_username     |
      | /password | contains_service_name |

  Scenario: Every letter of a long password counts
    Given Ada has an account with the password "seventy-two letters are where others stop reading, so that this end is lost: A"
    When Ada logs in with the password "seventy-two letters are where others stop reading, so that this end is lost: B"
    Then it is refused with 401 invalid_credentials

  Scenario: One password in two forms of Unicode
    Given Ada has an account with the password "cafe\u0301 au lait, s'il vous plait"
    When Ada logs in with the password "caf\u00e9 au lait, s'il vous plait"
    Then it succeeds
