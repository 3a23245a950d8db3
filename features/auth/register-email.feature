Feature: Valid emails

  The local part is made of RFC 5322 atoms. An internationalised domain is stored in punycode.

  Scenario Outline: The email <address> is accepted
    When Ada registers with email "<address>"
    Then the account has email "<stored>"
    And the account has email_verified false

    Examples:
      | address              | stored                      |
      | ada@example.xn--p1ai | ada@example.xn--p1ai        |
      | r&d@example.org      | r&d@example.org             |
      | ada/team@example.org | ada/team@example.org        |
      | ada#1@example.org    | ada#1@example.org           |
      | o'brien@example.org  | o'brien@example.org         |
      | ada@münchen.example  | ada@xn--mnchen-3ya.example  |
      | ada@ÜNÏCODE.example  | ada@xn--ncode-cta3g.example |

  Scenario Outline: The email <address> is rejected
    When Ada registers with email "<address>"
    Then the request is rejected with 422 validation_failed: <code> at "/email"

    Examples:
      | address                                                                       | code           |
      | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org | too_long       |
      | .ada@example.org                                                              | invalid_format |
      | ada..lovelace@example.org                                                     | invalid_format |
      | ada@-example.org                                                              | invalid_format |
      | ada@example..org                                                              | invalid_format |
      | ünïcode@example.org                                                           | invalid_format |

  Scenario Outline: A verified address with an internationalised domain serves as a login name: <typed>
    Given Ada has the verified email "ada@xn--mnchen-3ya.example"
    When Ada logs in as "<typed>"
    Then Ada receives tokens

    Examples:
      | typed                      |
      | ada@münchen.example        |
      | ADA@MÜNCHEN.example        |
      | ada@XN--mnchen-3ya.example |

  Scenario Outline: A link to <purpose> for an address typed with its Unicode domain
    Given Ada has the verified email "ada@xn--mnchen-3ya.example"
    When an anonymous client requests a <purpose> link for "Ada@münchen.example"
    Then the link request is accepted
    And an email to "ada@xn--mnchen-3ya.example" contains a link to "<page>"

    Examples:
      | purpose        | page            |
      | login          | /magic-link     |
      | password reset | /reset-password |

  Scenario: The Kelvin sign is not a k
    Given Kate has the verified email "kate@example.org"
    When Kate logs in as "Kate@example.org"
    Then the request is rejected with 401 invalid_credentials
