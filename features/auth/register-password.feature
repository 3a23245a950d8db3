Feature: Password policy

  Passwords are checked for length and guessability only (NIST SP 800-63B-4, 3.1.1.2). All errors are reported.

  Scenario Outline: A password of <kind> is accepted
    When Ada registers with password "<password>"
    Then Ada's account is created
    And Ada can log in with password "<password>"

    Examples:
      | kind                 | password                                                             |
      | words and spaces     | four small words and a comma,                                        |
      | another script       | корова летает над рекой                                              |
      | pictures             | 🦄🐙🦊🐝🌵🍄🌍🔥🎲🎻🚲🧭🪁🧩🪵                                      |
      | two lines            | the first line\u000aand the second\ttoo                              |
      | 70 letters and more  | seventy letters and more are no fault, since all of them are read in full |

  Scenario Outline: A password is rejected: <code>
    When Ada registers with password "<password>"
    Then the request is rejected with 422 validation_failed: <code> at "/password"

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

  Scenario: Length counts characters, not bytes
    When Ada registers with password "🦄🐙🦊🐝🌵🍄🌍🔥"
    Then the request is rejected with 422 validation_failed: too_short at "/password"

  Scenario: A password must not contain the email
    When Ada registers with email "lovelace@example.org" and password "lovelace 1815 london"
    Then the request is rejected with 422 validation_failed: contains_email at "/password"

  Scenario: A password that is too long gets no other error
    When an anonymous client registers with 501 characters as password
    Then the request is rejected with 422 validation_failed for:
      | path      | code     |
      | /password | too_long |

  Scenario: All password errors are reported together
    When Ada registers with password "ada rollcall"
    Then the request is rejected with 422 validation_failed for:
      | path      | code                  |
      | /password | too_short             |
      | /password | contains_username     |
      | /password | contains_service_name |

  Scenario: Long passwords are not truncated
    Given Ada has an account with password "seventy-two letters are where others stop reading, so that this end is lost: A"
    When Ada logs in with password "seventy-two letters are where others stop reading, so that this end is lost: B"
    Then the request is rejected with 401 invalid_credentials

  Scenario: Passwords are normalized
    Given Ada has an account with password "cafe\u0301 au lait, s'il vous plait"
    When Ada logs in with password "caf\u00e9 au lait, s'il vous plait"
    Then the request succeeds
